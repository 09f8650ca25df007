import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'

import { afterEach, describe, expect, it, vi } from 'vitest'

import { createProgram } from '../../../src/cli/main.ts'
import { createOutput } from '../../../src/cli/output.ts'
import { CONFIG_KEYS, flagName, isSwitch, negatedFlag, optionMeta } from '../../../src/config/schema.ts'
import { runMain } from '../../helpers/program/run-main.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { testContext } from '../support/test-context.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

/** Runs what must end as an error of usage. */
async function misused(...args: string[]): Promise<{ message: string; why: string; fix: string }> {
  const { stdout, stderr, exitCode } = await runMain(...args, '--json')
  expect([stdout, exitCode]).toEqual(['', 2])
  const { code, ...error } = JSON.parse(stderr).error
  expect(code).toBe('USAGE_INVALID')
  return error
}

describe('the command line', () => {
  it('suggests the option that was meant', async () => {
    const { message, why, fix } = await misused('up', '--prot', '8081')
    expect(message).toBe("Unknown option '--prot'.")
    expect(why).toBe('(Did you mean --port?)')
    expect(fix).toBe('mcp-keycloak up --help')
  })

  it.each([
    [['realm', 'diff', '--prot', '1'], 'mcp-keycloak realm diff --help'],
    [['--verbose', 'status', '--port', '1'], 'mcp-keycloak status --help'],
    [['clients', 'delete'], 'mcp-keycloak clients delete --help'],
    [['clients', 'lst'], 'mcp-keycloak clients --help'],
    [['--prot', 'up'], 'mcp-keycloak --help'],
  ])('names the help of the command that is meant: %j', async (args, fix) => {
    expect(await misused(...args)).toMatchObject({ fix })
  })

  it('names the help of exec for an option that comes before its command', async () => {
    const { stderr } = await runMain('exec', '--prot', '1', '--', 'pytest')
    expect(stderr).toContain('mcp-keycloak exec --help')
  })

  it.each([
    [['start'], 'mcp-keycloak up'],
    [['start', '--port', '8081'], 'mcp-keycloak up'],
    [['stop'], 'mcp-keycloak down'],
    [['restart'], 'mcp-keycloak down; mcp-keycloak up'],
    [['login'], 'mcp-keycloak token'],
    [['clients', 'ls'], 'mcp-keycloak clients list'],
  ])('knows the word of another tool: %j', async (args, fix) => {
    expect(await misused(...args)).toMatchObject({ fix })
  })

  it('suggests the command that was meant', async () => {
    const { message, why } = await misused('satus')
    expect(message).toBe("Unknown command 'satus'.")
    expect(why).toBe('(Did you mean status?)')
  })

  it.each([
    [[], 'Usage: mcp-keycloak '],
    [['realm'], 'Usage: mcp-keycloak realm '],
    [['clients', '--verbose'], 'Usage: mcp-keycloak clients '],
  ])('prints the help of a command that is several: %j', async (args, start) => {
    const { stdout, stderr, exitCode } = await runMain(...args)
    expect([stderr, exitCode]).toEqual(['', undefined])
    expect(stdout.startsWith(start)).toBe(true)
  })

  it('refuses a program that calls it without a command', async () => {
    expect(await misused()).toMatchObject({ fix: 'mcp-keycloak up; or mcp-keycloak --help' })
    const { why, fix } = await misused('realm')
    expect([why, fix]).toEqual([
      expect.stringContaining(' render, diff, export, adopt.'),
      'mcp-keycloak realm --help',
    ])
  })

  it('prints a realm file, alone on stdout, without a server', async () => {
    const { stdout, stderr, exitCode } = await runMain('realm', 'render', '--realm', 'shop', '--role', 'boss')
    expect([stderr, exitCode]).toEqual(['', undefined])
    expect(JSON.parse(stdout)).toMatchObject({ realm: 'shop' })
    const asJson = await runMain('realm', 'render', '--realm', 'shop', '--role', 'boss', '--json')
    expect(JSON.parse(asJson.stdout)).toEqual({
      schemaVersion: 1,
      realm: JSON.parse(stdout),
      output: null,
      warnings: [],
    })
  })

  it('refuses what is too much or too little', async () => {
    expect((await misused('up', 'fastmcp')).message).toMatch(/ 'up'/)
    expect((await misused('up', '--port')).message).toContain('--port <port>')
  })

  it('takes an option once', async () => {
    const { message } = await misused('up', '--port', '1', '--port', '2')
    expect(message).toContain('--port')
    expect(message).not.toMatch(/\.\.$/)
  })

  it('a list option may be repeated; each value is checked', async () => {
    const { message } = await misused('up', '--mcp-url', 'http://a.test/mcp', '--mcp-url', 'b.test')
    expect(message).toMatch(/--mcp-url .+"b\.test"/)
  })

  it('says what is wrong to a person too', async () => {
    const { stdout, stderr, exitCode } = await runMain('up', '--port', '0', '--no-color')
    expect([stdout, exitCode]).toEqual(['', 2])
    expect(stderr).toMatch(/^✘ --port .+"0".+ {2}\[USAGE_INVALID\]\n {2}Why {2}.*\n {2}Fix /)
  })

  it('down --purge requires a confirmation', async () => {
    expect(await misused('down', '--purge', '--data-folder', await tempFolder())).toMatchObject({
      message: expect.stringContaining('--purge'),
      fix: expect.stringContaining('--yes'),
    })
  })

  it('ends with 3 when nothing runs', async () => {
    const { stdout, stderr, exitCode } = await runMain(
      'status',
      '--json',
      '--data-folder',
      await tempFolder(),
    )
    expect([stdout, exitCode, JSON.parse(stderr).error.code]).toEqual(['', 3, 'NOT_RUNNING'])
  })

  it('prints one JSON value and no progress, with --json before or after the command', async () => {
    const folder = await tempFolder()
    const expected = { schemaVersion: 1, instance: 'default', stopped: false }
    for (const args of [
      ['--json', '--yes', 'down'],
      ['down', '--json', '--yes'],
    ]) {
      const { stdout, stderr, exitCode } = await runMain(...args, '--purge', '--data-folder', folder)
      expect(JSON.parse(stdout)).toMatchObject(expected)
      expect([stderr, exitCode]).toEqual(['', undefined])
    }
  })

  it('needs a command to execute, and gives it the standard output', async () => {
    expect((await misused('exec')).message).toContain('--json')
    const { stderr, exitCode } = await runMain('exec', '--no-color')
    expect([stderr.split('\n')[0], exitCode]).toEqual([
      expect.stringMatching(/ exec .+\[USAGE_INVALID\]$/),
      2,
    ])
  })

  it('says where the options of a command belong that is executed', async () => {
    const { message, fix } = await misused('exec', 'pytest', '-x')
    expect([message, fix]).toEqual([expect.stringContaining("'-x'"), expect.stringContaining('--')])
  })

  it('leaves to a command that is executed the options after --', async () => {
    const { stdout, stderr, exitCode } = await runMain(
      'exec',
      '--no-color',
      '--',
      'no-such-command',
      '--json',
    )
    expect([stdout, exitCode]).toEqual(['', 127])
    expect(stderr).toMatch(/^✘ .+"no-such-command".+ {2}\[COMMAND_NOT_FOUND\]\n/)
  })

  it('writes its progress to stderr, unless it is to be quiet', async () => {
    const folder = await tempFolder()
    await mkdir(join(folder, 'instances', 'default'), { recursive: true })
    const loud = await runMain('down', '--no-color', '--data-folder', folder)
    expect([loud.stdout, loud.stderr]).toEqual([
      '✔ Keycloak was not running (instance "default").\n',
      '… Stopping Keycloak\n',
    ])
    expect((await runMain('down', '--quiet', '--data-folder', folder)).stderr).toBe('')
  })
})

it('createProgram takes no signals; a running command does', () => {
  const asked = vi.fn()
  createProgram(Object.defineProperty({ ...testContext(createOutput({})) }, 'signal', { get: asked }))
  expect(asked).not.toHaveBeenCalled()
})

describe('help', () => {
  it('up --help lists every option except secrets', async () => {
    const { stdout, stderr, exitCode } = await runMain('up', '--help')
    expect([stderr, exitCode]).toEqual(['', undefined])
    const flags = CONFIG_KEYS.filter((key) => !optionMeta(key).secret).flatMap((key) =>
      isSwitch(key) ? [flagName(key), negatedFlag(key)] : [flagName(key)],
    )
    for (const flag of flags) expect(stdout).toContain(`  ${flag} `)
    expect(stdout).not.toContain('--admin-')
    expect(stdout).toContain('--json')
  })

  it('describes each switch in its own words', async () => {
    const { stdout } = await runMain('up', '--help')
    expect(stdout).toMatch(/--no-proof +skip /)
    expect(stdout).toMatch(/--no-consent +do not show /)
  })

  it.each([['--version'], ['-V'], ['-v'], ['--no-color', '-v']])(
    'has the version: %s %s',
    async (...args) => {
      const { stdout, exitCode } = await runMain(...args)
      expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
      expect(exitCode).toBeUndefined()
    },
  )

  it('leaves -v after a command to that command', async () => {
    expect(await misused('up', '-v')).toMatchObject({
      message: "Unknown option '-v'.",
      why: expect.stringContaining('--verbose'),
    })
    const { stdout, stderr, exitCode } = await runMain('exec', 'pytest', '-v')
    expect([stdout, exitCode]).toEqual(['', 2])
    expect(stderr).toContain('come after --')
  })
})
