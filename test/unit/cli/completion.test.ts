import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { readLine } from '../../../src/cli/completion/line.ts'
import { complete } from '../../../src/cli/completion/suggestions.ts'
import { createProgram } from '../../../src/cli/main.ts'
import { createOutput } from '../../../src/cli/output.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { testContext } from '../support/test-context.ts'

const program = createProgram(testContext(createOutput({})))
const suggested = async (...words: string[]) =>
  (await complete(program, words)).suggestions.map(({ value }) => value)

describe('the completion of a line', () => {
  it('suggests commands, and commands of a group', async () => {
    expect(await suggested('sta')).toEqual(['status'])
    expect(await suggested('--json', 'clients', '')).toEqual(['list', 'prune', 'delete'])
  })

  it('suggests the options of the command and of every command, except those given', async () => {
    const all = await suggested('down', '--purge', '--all', '-')
    expect(all).toContain('--instance')
    expect(all).toContain('--json')
    expect(all).not.toContain('--purge')
    expect(await suggested('up', '--user', 'a', '--us')).toEqual(['--user', '--user-attribute'])
  })

  it('suggests options where a command has nothing else to name', async () => {
    expect(await suggested('down', '')).toContain('--purge')
  })

  it('suggests the values of an option, also after =', async () => {
    expect(await suggested('up', '--runtime', 'j')).toEqual(['java'])
    expect(await suggested('up', '--runtime=j')).toEqual(['java'])
    expect(await suggested('token', '--bad', 's')).toEqual(['scope', 'sig'])
    expect(await suggested('snippets', 'fastmcp', 'claude-c')).toEqual(['claude-code'])
  })

  it('finds instances and realms in the data folder that the line names', async () => {
    const data = await tempFolder()
    const keys = join(data, 'instances', 'old', 'keys')
    await mkdir(keys, { recursive: true })
    await writeFile(join(keys, 'shop.pem'), '')
    await writeFile(join(keys, 'bad\u001b[31m.pem'), '')
    await writeFile(join(keys, 'half.pem.new'), '')
    const place = ['--data-folder', data]
    expect(await suggested('down', ...place, '--instance', '')).toEqual(['old'])
    expect(await suggested('token', ...place, '--instance=old', '--realm', '')).toEqual(['shop'])
    expect(await suggested('token', ...place, '--realm', '')).toEqual([])
  })

  it('leaves files to the shell', async () => {
    for (const words of [
      ['up', '--realm-file', ''],
      ['exec', '--', 'py'],
      ['trust', 'x'],
    ])
      expect((await complete(program, words)).files).toBe(true)
    expect((await complete(program, ['token', '--user', ''])).files).toBe(false)
  })

  it('reads a line with an unknown command and unknown options', () => {
    expect(readLine(program, ['nothing', '--known=no', '-x', '']).command.name()).toBe('mcp-keycloak')
    expect(readLine(program, []).word).toBe('')
  })
})
