import { describe, expect, it } from 'vitest'

import { NO_REALM_OPTIONS } from '../../../src/config/realm-options.ts'
import { KNOWN_FAILURES } from '../../../src/explain/all.ts'
import { explainFailure } from '../../../src/explain/explain.ts'
import type { RealmContext } from '../../../src/explain/known-failure.ts'

const OPTIONS = {
  ...NO_REALM_OPTIONS,
  with: ['strict'],
  mcpUrl: ['http://kept.test/mcp'],
  trustedHost: ['kept.test'],
  user: ['kept:secret'],
  scope: ['kept:read'],
  origin: ['https://kept.test'],
  downstream: ['kept:role'],
  serviceAccount: ['kept'],
}
const OLD_SHOP: RealmContext = { realm: 'shop', target: { instance: 'old' }, options: OPTIONS }

const commandsOf = (fix: string) => fix.match(/mcp-keycloak [a-z][^\n]*?(?=\n|$|"|mcp-keycloak )/g) ?? []
const fixOf = (text: string, realm: RealmContext) => explainFailure({ text }, realm)[0]?.fix ?? ''

describe('the commands of each explanation', () => {
  it.each(KNOWN_FAILURES)('$id: are for the instance and the realm', ({ example, id }) => {
    for (const command of commandsOf(fixOf(example, OLD_SHOP))) {
      expect(command).toContain('--instance old')
      if (!/^mcp-keycloak (logs|status|down)/.test(command)) expect(command).toMatch(/--realm \w/)
    }
    for (const command of commandsOf(fixOf(example, { realm: 'fastmcp' }))) {
      if (id !== 'import-skipped') expect(command).not.toMatch(/--(instance|realm) /)
    }
  })

  it.each(KNOWN_FAILURES)('$id: the advice repeats the options of the realm', ({ example }) => {
    for (const command of commandsOf(fixOf(example, OLD_SHOP))) {
      for (const [flag] of command.matchAll(
        /--(with|user|scope|origin|downstream|mcp-url|trusted-host)\b/g,
      )) {
        if (flag === '--with' && command.includes('--with none')) continue // takes "strict" off
        const kept = flag === '--with' ? 'strict' : String.raw`\S*kept`
        expect(command).toMatch(new RegExp(`reset-realm .*${flag} ${kept}`))
      }
    }
  })
})

it.each<[string, Partial<typeof OPTIONS>, string]>([
  [
    'Standard token exchange is not enabled for the requested client',
    {},
    ' --with strict --with token-exchange',
  ],
  ['Maximum allowed refresh token reuse exceeded', {}, ' --with none (without "strict")'],
  [
    'Maximum allowed refresh token reuse exceeded',
    { with: ['strict', 'browser'] },
    ' --with browser (without "strict")',
  ],
  ['error=access_denied', {}, ' --no-consent'],
  [
    'Requested audience not available: api;reboot',
    {},
    " --with strict --with token-exchange --downstream kept:role --downstream 'api;reboot:<role>'",
  ],
])('the advice keeps the options of the realm: %s', (text, options, flags) => {
  const fix = fixOf(text, { ...OLD_SHOP, options: { ...OPTIONS, ...options } })
  expect(fix.split('\n')).toContainEqual(
    expect.stringContaining(`mcp-keycloak reset-realm --instance old --realm shop${flags}`),
  )
})

it('the advice quotes a user name for the shell', () => {
  const event = { type: 'VERIFY_PROFILE', realm: 'shop', details: { username: 'bob;reboot' } }
  expect(explainFailure({ event }, OLD_SHOP)[0]?.fix).toContain(
    "--realm shop --user kept:secret --user 'bob;reboot:<password>'",
  )
})

it.each(['address', 'phone', 'organization', 'service_account', 'web-origins'])(
  'never offers to add the scope %s, which --scope refuses',
  (scope) => {
    const logLines = [`Requested scope '${scope}' not trusted in the list: [basic]`]
    expect(explainFailure({ logLines })[0]?.fix).not.toContain('--scope')
    expect(fixOf(`error=invalid_scope&error_description=Invalid scopes: openid ${scope}`, {})).not.toContain(
      '--scope',
    )
  },
)
