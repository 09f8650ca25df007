import { describe, expect, it } from 'vitest'

import { createProgram } from '../../../src/cli/main.ts'
import { createOutput } from '../../../src/cli/output.ts'
import { shellWord } from '../../../src/config/shell-word.ts'
import { refusal } from '../support/refusal.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { testContext } from '../support/test-context.ts'

function run(...args: string[]): Promise<unknown> {
  const output = createOutput({ quiet: true })
  const program = createProgram(testContext(output))
  return program.parseAsync(['node', 'mcp-keycloak', 'env', ...args])
}

describe('env', () => {
  it('env refuses a fifth format', async () => {
    await expect(run('--format', 'yaml')).rejects.toMatchObject({
      code: 'commander.invalidArgument',
      message: expect.stringContaining('Allowed choices are dotenv, json, shell, github.'),
    })
  })

  it.each(['dotenv', 'json', 'shell', 'github'])('env requires a running Keycloak (%s)', async (format) => {
    const folder = await tempFolder()
    const error = await refusal(() => run('--format', format, '--data-folder', folder))
    const fix = `mcp-keycloak up --data-folder ${shellWord(folder)}`
    expect([error.code, error.exitCode, error.fix]).toEqual(['NOT_RUNNING', 3, fix])
  })
})
