import { Command } from 'commander'
import { describe, expect, it } from 'vitest'

import { confirm } from '../../../src/cli/confirm.ts'
import { addGlobalOptions, configFlags, globalOptions, withConfigOptions } from '../../../src/cli/options.ts'
import { refusal } from '../support/refusal.ts'

/** What a command that takes some options makes of its arguments. */
function parsed(...args: string[]) {
  const program = new Command().exitOverride()
  addGlobalOptions(program)
  const command = program.command('x')
  withConfigOptions(command, ['port', 'mcpUrl', 'proof']).action(() => {})
  program.parse(args, { from: 'user' })
  return { flags: configFlags(command), globals: globalOptions(command) }
}

describe('flags', () => {
  it('are those that were given, so that the environment can say the rest', () => {
    expect(parsed('x').flags).toEqual({})
    expect(parsed('x', '--port', '8081').flags).toEqual({ port: '8081' })
  })

  it('collect lists, and switch off and on', () => {
    const { flags } = parsed('x', '--mcp-url', 'a', '--no-proof', '--mcp-url', 'b')
    expect(flags).toEqual({ mcpUrl: ['a', 'b'], proof: false })
    expect(parsed('x', '--proof').flags).toEqual({ proof: true })
    expect(parsed('x', '--proof', '--no-proof').flags).toEqual({ proof: false })
  })

  it('for every command may come before or after its name', () => {
    expect(parsed('-q', 'x', '--verbose', '-y').globals).toMatchObject({
      quiet: true,
      verbose: true,
      yes: true,
    })
    expect(parsed('x').globals).toMatchObject({ color: true })
    expect(parsed('x', '--no-color').globals).toMatchObject({ color: false })
  })
})

describe('a confirmation', () => {
  const { signal } = new AbortController()

  it('is not asked for with --yes', async () => {
    await confirm('Sure?', '--purge', { yes: true }, signal)
  })

  it('is refused where nobody can be asked, and for a program', async () => {
    const terminal = process.stdin.isTTY
    try {
      process.stdin.isTTY = false
      expect((await refusal(() => confirm('Sure?', '--purge', {}, signal))).code).toBe('USAGE_INVALID')
      process.stdin.isTTY = true
      const error = await refusal(() => confirm('Sure?', '--purge', { json: true }, signal))
      expect(error).toMatchObject({ code: 'USAGE_INVALID', message: expect.stringContaining('--purge') })
    } finally {
      process.stdin.isTTY = terminal
    }
  })
})
