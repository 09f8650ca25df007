import { afterEach, describe, expect, it, vi } from 'vitest'

import { advised } from '../../../src/cli/advised.ts'
import { main } from '../../../src/cli/main.ts'
import { createOutput } from '../../../src/cli/output.ts'
import { shellWord } from '../../../src/config/shell-word.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { written } from '../support/written.ts'

afterEach(() => {
  vi.restoreAllMocks()
  process.exitCode = undefined
})

describe('what is advised after a call with flags', () => {
  it('repeats those that say whom it was for, in an error too', async () => {
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

  it('is advised in fixes, warnings and snippets of a report, and changed nowhere else', () => {
    const command = 'mcp-keycloak reset-realm'
    const report = {
      findings: [{ fix: command, text: command, why: null }],
      warnings: [command],
      programs: [{ snippets: [{ code: `eval "$(${command})"` }] }],
    }
    const full = 'mcp-keycloak reset-realm --realm shop'
    expect(advised(report, { realm: 'shop' })).toEqual({
      findings: [{ fix: full, text: command, why: null }],
      warnings: [full],
      programs: [{ snippets: [{ code: `eval "$(${full})"` }] }],
    })
  })

  it('is the same as JSON', () => {
    const stdout = written('stdout')
    createOutput({ json: true }, { instance: 'old' }).result({ warnings: ['mcp-keycloak down'] }, () => [])
    expect(JSON.parse(stdout.join(''))).toEqual({ warnings: ['mcp-keycloak down --instance old'] })
  })
})
