import { expect, it } from 'vitest'

import { command } from '../../../src/config/command.ts'
import { givenOptions, NO_REALM_OPTIONS } from '../../../src/config/realm-options.ts'
import { resetCommand, resetWithout } from '../../../src/config/reset-command.ts'

const MADE = {
  ...NO_REALM_OPTIONS,
  with: ['strict', './my overlay.json'],
  user: ['alice:secret:admin'],
  scope: ['api:read:"Read"'],
  trustedHost: ['a.test'],
}

it('repeats the list that an option would replace, and no other', () => {
  expect(resetCommand(MADE, { trustedHost: ['b.test', 'a.test'] })).toBe(
    'mcp-keycloak reset-realm --trusted-host a.test --trusted-host b.test',
  )
  expect(resetCommand(MADE, { with: ['token-exchange'], downstream: ['api:<role>'] })).toBe(
    "mcp-keycloak reset-realm --with strict --with './my overlay.json' --with token-exchange --downstream api:<role>",
  )
})

it('the command names each value once, and users with their previous password and roles', () => {
  expect(resetCommand(MADE, { user: ['Alice:<password>'], scope: ['api:read'] })).toBe(
    `mcp-keycloak reset-realm --user alice:secret:admin --scope 'api:read:"Read"'`,
  )
  expect(resetCommand(undefined)).toBe('mcp-keycloak reset-realm')
})

it('quotes a stranger’s words beside a placeholder', () => {
  expect(resetCommand(undefined, { user: ['a;b:<password>'] })).toBe(
    "mcp-keycloak reset-realm --user 'a;b:<password>'",
  )
  expect(resetCommand(undefined, { scope: ['x<src>package.json'], user: ['<name>:<password>'] })).toBe(
    "mcp-keycloak reset-realm --scope 'x<src>package.json' --user <name>:<password>",
  )
})

it('takes one overlay off, also the only one', () => {
  expect(resetWithout('strict', MADE)).toBe("mcp-keycloak reset-realm --with './my overlay.json'")
  expect(resetWithout('strict', { ...MADE, with: ['strict'] })).toBe('mcp-keycloak reset-realm --with none')
  expect(resetWithout('strict', undefined)).toBe('mcp-keycloak reset-realm --with <overlay>')
})

it('repeats every option as flags that a shell reads back', () => {
  const options = { ...MADE, consent: false, tokenLifespan: 60, realmFile: "/home/o'neil/mine.json" }
  expect(command('up', givenOptions(options))).toBe(
    `mcp-keycloak up --realm-file '/home/o'\\''neil/mine.json' --with strict --with './my overlay.json' --trusted-host a.test` +
      ` --user alice:secret:admin --scope 'api:read:"Read"' --token-lifespan 60 --no-consent`,
  )
  expect(command('up', givenOptions({ ...NO_REALM_OPTIONS, consent: true }))).toBe(
    'mcp-keycloak up --consent',
  )
  expect(command('up', givenOptions(NO_REALM_OPTIONS))).toBe('mcp-keycloak up')
})
