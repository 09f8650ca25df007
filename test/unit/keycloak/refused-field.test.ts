import { describe, expect, it } from 'vitest'

import type { Admin } from '../../../src/keycloak/admin.ts'
import { refusedField } from '../../../src/keycloak/refused-field.ts'

/** A Keycloak that cannot read a realm with some text in it, and makes none. */
function keycloakWithout(text: string, asked: { realm: string }[] = []): Admin {
  const create = (realm: { realm: string }) => {
    asked.push(realm)
    const status = JSON.stringify(realm).includes(text) ? 400 : 409
    return Promise.reject(Object.assign(new Error('x'), { response: { status } }))
  }
  return { realms: { create } } as unknown as Admin
}

const REALM = {
  realm: 'demo',
  enabled: true,
  clients: [
    { clientId: 'good' },
    { clientId: 'bad', attributes: { colour: 'red' }, redirectUris: ['a', 'b'] },
  ],
  users: [],
}

describe('the field that Keycloak cannot read', () => {
  it.each([
    ['"enabled"', 'enabled'],
    ['"colour"', 'clients[1].attributes.colour'],
    ['"b"', 'clients[1].redirectUris[1]'],
    ['"attributes"', 'clients[1].attributes'],
    ['"users"', 'users'],
  ])('is found by its path: %s', async (text, path) => {
    expect(await refusedField(keycloakWithout(text), REALM)).toBe(path)
  })

  it('is not there when every part can be read', async () => {
    expect(await refusedField(keycloakWithout('nothing of it'), REALM)).toBeUndefined()
  })

  it('the search for a refused field creates no realm', async () => {
    const asked: { realm: string }[] = []
    await refusedField(keycloakWithout('"colour"', asked), REALM)
    expect(asked.length).toBeGreaterThan(0)
    expect(new Set(asked.map(({ realm }) => realm))).toEqual(new Set(['master']))
  })
})
