import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { restorable } from '../../../src/realm/compare/restorable.ts'
import { fileWarnings } from '../../../src/realm/file-warnings.ts'
import {
  filledText,
  missingVariables,
  withoutVariables,
  withPlaceholders,
  withValues,
} from '../../../src/realm/placeholders.ts'
import type { Realm } from '../../../src/realm/schema.ts'

const FILE: Realm = {
  realm: 'shop',
  enabled: true,
  accessTokenLifespan: '${SHOP_TTL:300}',
  displayName: '${profileScopeConsentText}',
  clients: [
    {
      clientId: '${SHOP_CLIENT}',
      secret: '${SHOP_SECRET}',
      redirectUris: ['${SHOP_URL:http://localhost:3000}/*'],
    },
    { clientId: 'other', name: '${client_id}', secret: '${SHOP_UNSET}' },
  ],
  users: [{ username: '${SHOP_USER}', credentials: [{ type: 'password', value: '${SHOP_PASSWORD}' }] }],
}

beforeEach(() => {
  for (const name of ['SECRET', 'CLIENT', 'USER', 'PASSWORD']) vi.stubEnv(`SHOP_${name}`, `Value-${name}`)
})
afterEach(() => {
  vi.unstubAllEnvs()
})

describe('a placeholder', () => {
  it.each<[string, string]>([
    ['${A}', 'a'],
    ['x ${A}/${B:c} y', 'x a/c y'],
    ['${NONE,A}', 'a'],
    ['${NONE:${A}}', 'a'],
    ['${NONE:}', ''],
    ['${NONE:http://localhost:80}', 'http://localhost:80'],
    ['${NONE}', '${NONE}'],
    ['${role_admin}', '${role_admin}'],
    ['${username}', '${username}'],
    ['${}', '${}'],
    ['${A', '${A'],
    ['$A {A}', '$A {A}'],
  ])('%s becomes %s', (text, result) => {
    expect(filledText(text, { A: 'a', username: 'me', role_admin: 'x' })).toBe(result)
  })
})

describe('a realm file with placeholders', () => {
  it('has their values for Keycloak, and no others', () => {
    expect(withValues(FILE, FILE)).toEqual({
      realm: 'shop',
      enabled: true,
      accessTokenLifespan: '300',
      displayName: '${profileScopeConsentText}',
      clients: [
        { clientId: 'Value-CLIENT', secret: 'Value-SECRET', redirectUris: ['http://localhost:3000/*'] },
        { clientId: 'other', name: '${client_id}', secret: '${SHOP_UNSET}' },
      ],
      users: [{ username: 'Value-USER', credentials: [{ type: 'password', value: 'Value-PASSWORD' }] }],
    })
  })

  it('has values in the keys of objects', () => {
    const file = { realm: 'r', roles: { client: { '${SHOP_CLIENT}': [{ name: 'x' }] } } }
    expect(withValues(file, file).roles.client).toEqual({ 'Value-CLIENT': [{ name: 'x' }] })
  })

  it('gets one warning for all variables that are not set', () => {
    expect(missingVariables(FILE)).toEqual(['SHOP_UNSET'])
    expect(fileWarnings(FILE)).toMatchInlineSnapshot(`
      [
        "The placeholders \${SHOP_UNSET} have no value: these environment variables are not set. Set them and run the command again.",
      ]
    `)
  })

  it('gets only defaults without variables', () => {
    const file = withoutVariables(FILE)
    expect(JSON.stringify(withValues(file, file))).not.toContain('Value-')
    expect(withValues(file, file).accessTokenLifespan).toBe('300')
    expect(fileWarnings(file)[0]).toMatchInlineSnapshot(
      `"The placeholders \${SHOP_CLIENT}, \${SHOP_SECRET}, \${SHOP_UNSET}, \${SHOP_USER}, \${SHOP_PASSWORD} have no value: a realm file that a config file names gets none. To give it your environment, use --variables, or "variables": true in the config file."`,
    )
    expect(withoutVariables({ realm: 'r' })).toEqual({ realm: 'r' })
  })
})

describe('the realm on the server', () => {
  const onServer = (): Realm => ({
    id: 'x',
    ...withValues(FILE, FILE),
    accessTokenLifespan: 300,
    users: [{ username: 'value-user', email: 'a@b' }, { username: 'ann' }],
  })

  it('has placeholders again where it has their values', () => {
    expect(withPlaceholders(onServer(), FILE)).toEqual({
      id: 'x',
      ...FILE,
      accessTokenLifespan: 300,
      users: [{ username: '${SHOP_USER}', email: 'a@b' }, { username: 'ann' }],
    })
  })

  it('keeps a value that was changed there', () => {
    const changed = { ...onServer(), accessTokenLifespan: 60 }
    expect(withPlaceholders(changed, FILE).accessTokenLifespan).toBe(60)
  })

  it('is backed up without any value, and with the password of the file', () => {
    const backup = restorable(onServer(), FILE)
    expect(JSON.stringify(backup)).not.toMatch(/value-/i)
    expect(backup.users?.[0]?.credentials).toEqual(FILE.users?.[0]?.credentials)
  })
})
