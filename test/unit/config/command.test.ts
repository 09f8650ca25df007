import type { Command } from 'commander'
import { expect, it } from 'vitest'

import { createProgram } from '../../../src/cli/main.ts'
import { createOutput } from '../../../src/cli/output.ts'
import { command, commandTarget, DEFAULT_REALM, withTarget } from '../../../src/config/command.ts'
import { COMMAND_KEYS } from '../../../src/config/command-keys.ts'
import { DEFAULT_CONFIG, flagName } from '../../../src/config/schema.ts'
import { BASE_REALM } from '../support/base-realm.ts'
import { testContext } from '../support/test-context.ts'

const OLD_SHOP = { instance: 'old', realm: 'shop' }

it.each<[() => string, string, string]>([
  [
    () => command('reset-realm', { origin: ['http://a'] }),
    'mcp-keycloak reset-realm --origin http://a',
    'mcp-keycloak reset-realm --instance old --realm shop --origin http://a',
  ],
  [() => command('up'), 'mcp-keycloak up', 'mcp-keycloak up --instance old --realm shop'],
  [() => command('down'), 'mcp-keycloak down', 'mcp-keycloak down --instance old'],
  [
    () => command('realm diff'),
    'mcp-keycloak realm diff',
    'mcp-keycloak realm diff --instance old --realm shop',
  ],
  [() => command('logs', '-f'), 'mcp-keycloak logs -f', 'mcp-keycloak logs --instance old -f'],
  [
    () => command('logs --explain', '-f'),
    'mcp-keycloak logs --explain -f',
    'mcp-keycloak logs --explain --instance old --realm shop -f',
  ],
  [
    () => command('exec', '--', 'pytest'),
    'mcp-keycloak exec -- pytest',
    'mcp-keycloak exec --instance old --realm shop -- pytest',
  ],
  [() => command('trust', '<folder>'), 'mcp-keycloak trust <folder>', 'mcp-keycloak trust <folder>'],
])('a command says which instance and realm it is for: %s', (write, alone, expected) => {
  expect(write()).toBe(alone)
  expect(withTarget(OLD_SHOP, write)).toBe(expected)
})

it.each<[() => string, string]>([
  [() => command('up', { realm: 'other' }), 'mcp-keycloak up --instance old --realm other'],
  [
    () => command('up', { realmFile: 'a.json' }),
    'mcp-keycloak up --instance old --realm shop --realm-file a.json',
  ],
  [
    () => command('up', { instance: '<name>', port: 1 }),
    'mcp-keycloak up --realm shop --instance <name> --port 1',
  ],
  [() => command('up', { instance: 'default' }), 'mcp-keycloak up --instance old --realm shop'],
  [() => command('up', { realm: undefined }), 'mcp-keycloak up --instance old --realm shop'],
])('the flags that a command has of its own stay: %s', (write, expected) => {
  expect(withTarget(OLD_SHOP, write)).toBe(expected)
})

it('writes switches, lists and arguments so that a shell reads them back', () => {
  expect(command('up', { with: ['strict', './my overlay.json'], proof: false, yes: true })).toBe(
    "mcp-keycloak up --with strict --with './my overlay.json' --no-proof --yes",
  )
  expect(command('verify', "http://a/';reboot")).toBe("mcp-keycloak verify 'http://a/'\\'';reboot'")
  expect(command('reset-realm', { user: 'a b:<password>' })).toBe(
    "mcp-keycloak reset-realm --user 'a b:<password>'",
  )
})

it('repeats the flags of an outer target that the inner one lacks', () => {
  const write = () => command('status')
  const inner = () => withTarget({ instance: 'new', keycloakUrl: undefined }, write)
  expect(withTarget({ instance: 'old', keycloakUrl: 'http://a', dataFolder: '/my folder' }, inner)).toBe(
    "mcp-keycloak status --instance new --keycloak-url http://a --data-folder '/my folder'",
  )
})

it('keeps the targets of two calls apart', async () => {
  const write = async () => {
    await new Promise(setImmediate)
    return command('down')
  }
  const calls = ['a', 'b'].map((instance) => withTarget({ instance }, write))
  expect(await Promise.all(calls)).toEqual([
    'mcp-keycloak down --instance a',
    'mcp-keycloak down --instance b',
  ])
})

it('names what differs from a call without flags', () => {
  expect(commandTarget(DEFAULT_CONFIG, DEFAULT_REALM)).toEqual({})
  expect(commandTarget({ ...DEFAULT_CONFIG, instance: 'old' }, 'shop')).toEqual(OLD_SHOP)
  expect(commandTarget({ ...DEFAULT_CONFIG, realm: DEFAULT_REALM })).toEqual({ realm: DEFAULT_REALM })
  expect(BASE_REALM.realm).toBe(DEFAULT_REALM)
})

it('knows every command and its flags', () => {
  const commands = leaves(createProgram(testContext(createOutput({}))), '')
  const { logs, ...others } = COMMAND_KEYS
  const names = Object.keys(others).map((name) => name.replace(' --explain', ''))
  expect(commands.map(([name]) => name).sort()).toEqual(names.sort())
  expect(COMMAND_KEYS['logs --explain']).toEqual([...logs, 'realm'])
  for (const [name, { options }] of commands) {
    const keys = COMMAND_KEYS[name === 'logs' ? 'logs --explain' : (name as keyof typeof COMMAND_KEYS)]
    expect(options.map(({ long }) => long)).toEqual(expect.arrayContaining(keys.map(flagName)))
  }
})

/** The commands that do something, by their words. */
function leaves(command: Command, words: string): readonly (readonly [string, Command])[] {
  return command.commands.flatMap((child) => {
    const name = `${words} ${child.name()}`.trim()
    return child.commands.length > 0 ? leaves(child, name) : [[name, child] as const]
  })
}
