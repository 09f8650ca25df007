import type { Command } from 'commander'
import { expect, it } from 'vitest'

import { createProgram } from '../../../src/cli/main.ts'
import { createOutput } from '../../../src/cli/output.ts'
import { ADDRESS_FLAGS, addressed, commandTarget, DEFAULT_REALM } from '../../../src/config/addressed.ts'
import { DEFAULT_CONFIG, flagName } from '../../../src/config/schema.ts'
import { BASE_REALM } from '../support/base-realm.ts'
import { testContext } from '../support/test-context.ts'

const OLD_SHOP = { instance: 'old', realm: 'shop' }

it.each([
  [
    'mcp-keycloak reset-realm --origin http://a',
    'mcp-keycloak reset-realm --instance old --realm shop --origin http://a',
  ],
  ['Start it: mcp-keycloak up. Or wait.', 'Start it: mcp-keycloak up --instance old --realm shop. Or wait.'],
  ['"mcp-keycloak up" prints a token', '"mcp-keycloak up --instance old --realm shop" prints a token'],
  ['mcp-keycloak down, then go', 'mcp-keycloak down --instance old, then go'],
  [
    'mcp-keycloak realm diff\nmcp-keycloak logs -f',
    'mcp-keycloak realm diff --instance old --realm shop\nmcp-keycloak logs --instance old -f',
  ],
  ['npm run mcp-keycloak -- env', 'npm run mcp-keycloak -- env --instance old --realm shop'],
  ['mcp-keycloak exec -- pytest', 'mcp-keycloak exec --instance old --realm shop -- pytest'],
])('a command says which instance and realm it is for: %s', (text, expected) => {
  expect(addressed(text, OLD_SHOP)).toBe(expected)
  expect(addressed(expected, OLD_SHOP)).toBe(expected)
  expect(addressed(text, {})).toBe(text)
})

it.each([
  ['mcp-keycloak up --realm other', 'mcp-keycloak up --instance old --realm other'],
  ['mcp-keycloak up --realm-file a.json', 'mcp-keycloak up --instance old --realm shop --realm-file a.json'],
  [
    'mcp-keycloak up --instance <name> --port 1. Or: mcp-keycloak down --purge',
    'mcp-keycloak up --realm shop --instance <name> --port 1. Or: mcp-keycloak down --instance old --purge',
  ],
  [
    'mcp-keycloak down. Or run another: --instance <name>',
    'mcp-keycloak down --instance old. Or run another: --instance <name>',
  ],
])('what the command itself says stays: %s', (text, expected) => {
  expect(addressed(text, OLD_SHOP)).toBe(expected)
})

it('leaves what is no command of ours as it is', () => {
  const text = 'mcp-keycloak init; another mcp-keycloak works; mcp-keycloak update; ./mcp-keycloak up'
  expect(addressed(text, OLD_SHOP)).toBe(text)
})

it('adds nothing inside the quotes around a stranger’s words, which would end there', () => {
  const user = `mcp-keycloak reset-realm --user 'x mcp-keycloak up '\\'' ;rm -rf:<password>'`
  expect(addressed(user, { dataFolder: '/my folder' })).toBe(
    user.replace('reset-realm', "reset-realm --data-folder '/my folder'"),
  )
})

it('names what differs from a call without flags', () => {
  expect(commandTarget(DEFAULT_CONFIG, DEFAULT_REALM)).toEqual({})
  expect(commandTarget({ ...DEFAULT_CONFIG, instance: 'old' }, 'shop')).toEqual(OLD_SHOP)
  expect(commandTarget({ ...DEFAULT_CONFIG, realm: DEFAULT_REALM })).toEqual({ realm: DEFAULT_REALM })
  expect(BASE_REALM.realm).toBe(DEFAULT_REALM)
})

it('knows every command and which of the flags it has', () => {
  const commands = leaves(createProgram(testContext(createOutput({}))), '')
  const keys = ['instance', 'keycloakUrl', 'dataFolder', 'realm'] as const
  const flags = commands.map(([name, { options }]) => [
    name,
    keys.filter((key) => options.some(({ long }) => long === flagName(key))),
  ])
  const { init: _, trust: __, logs, ...found } = Object.fromEntries(flags)
  expect({ ...found, logs: logs?.filter((key: string) => key !== 'realm') }).toEqual(ADDRESS_FLAGS)
})

/** The commands that do something, by their words. */
function leaves(command: Command, words: string): readonly (readonly [string, Command])[] {
  return command.commands.flatMap((child) => {
    const name = `${words} ${child.name()}`.trim()
    return child.commands.length > 0 ? leaves(child, name) : [[name, child] as const]
  })
}
