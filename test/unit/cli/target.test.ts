import { afterEach, describe, expect, it, vi } from 'vitest'

import { main } from '../../../src/cli/main.ts'
import { shellWord } from '../../../src/config/shell-word.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { written } from '../support/written.ts'

afterEach(() => {
  vi.restoreAllMocks()
  process.exitCode = undefined
})

describe('the advice of a call with flags', () => {
  it('repeats those that name its target', async () => {
    const dataFolder = await tempFolder()
    const stderr = written('stderr')
    await main([
      'node',
      'mcp-keycloak',
      'token',
      '--instance=old',
      '--realm=shop',
      `--data-folder=${dataFolder}`,
    ])
    expect(stderr.join('')).toContain(
      `Fix  mcp-keycloak up --data-folder ${shellWord(dataFolder)} --realm shop --instance old\n`,
    )
  })

  it('is the same as JSON', async () => {
    const dataFolder = await tempFolder()
    const stderr = written('stderr')
    await main(['node', 'mcp-keycloak', 'status', '--json', '--instance=old', `--data-folder=${dataFolder}`])
    expect(JSON.parse(stderr.join('')).error.fix).toBe(
      `mcp-keycloak up --data-folder ${shellWord(dataFolder)} --instance old`,
    )
  })

  it('names it also where the command writes the words itself', async () => {
    const dataFolder = await tempFolder()
    const stdout = written('stdout')
    await main([
      'node',
      'mcp-keycloak',
      'explain',
      'nothing known',
      `--data-folder=${dataFolder}`,
      '--realm=shop',
    ])
    expect(stdout.join('')).toContain(
      `mcp-keycloak logs --explain --data-folder ${shellWord(dataFolder)} --realm shop -f `,
    )
  })
})
