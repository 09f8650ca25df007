import { describe, expect, it } from 'vitest'

import { needSources } from '../../../src/provisioning/needs/needs.ts'
import { withKeycloakDefaults } from '../../../src/realm/needs/defaults.ts'
import { realmFiles } from '../../../src/realm/realm-files.ts'
import type { Realm } from '../../../src/realm/schema.ts'

const sources = await needSources(realmFiles(), [])
const complete = (realm: Partial<Realm>) => withKeycloakDefaults({ realm: 'r', ...realm }, sources)
const names = ({ clientScopes }: Realm) => clientScopes?.map(({ name }) => name)

describe('a file of an earlier Keycloak', () => {
  const own = [{ name: 'profile' }, { name: 'roles' }, { name: 'web-origins' }]

  it('gets the scopes that Keycloak adds to it, with its clients', () => {
    const clients = [
      { clientId: 'shop', defaultClientScopes: ['profile'] },
      { clientId: 'default' },
      { clientId: 'sp', protocol: 'saml', defaultClientScopes: [] },
    ]
    const realm = complete({ keycloakVersion: '17.0.1', clientScopes: own, clients })
    expect(names(realm)).toEqual([...own.map(({ name }) => name), 'acr'])
    expect(realm.clients).toEqual([
      { clientId: 'shop', defaultClientScopes: ['profile', 'acr'] },
      { clientId: 'default' },
      { clientId: 'sp', protocol: 'saml', defaultClientScopes: [] },
    ])
    expect(realm.defaultDefaultClientScopes).toEqual(['acr'])
  })

  it('gets an optional scope as one that its clients may ask for', () => {
    const clients = [{ clientId: 'shop', defaultClientScopes: ['profile'], optionalClientScopes: ['phone'] }]
    const realm = complete({ keycloakVersion: '5.0.0', clientScopes: own, clients })
    expect(realm.clients?.[0]).toEqual({
      clientId: 'shop',
      defaultClientScopes: ['profile', 'acr'],
      optionalClientScopes: ['phone', 'microprofile-jwt'],
    })
    expect(realm.defaultOptionalClientScopes).toEqual(['microprofile-jwt'])
  })

  it.each(['18.0.0', '26.7.5', undefined])('of version %s gets none', (keycloakVersion) => {
    expect(names(complete({ keycloakVersion, clientScopes: own }))).toEqual(own.map(({ name }) => name))
  })
})

describe('client templates', () => {
  it('are client scopes in addition to those of Keycloak', () => {
    const realm = complete({ clientTemplates: [{ name: 'my template', protocol: 'openid-connect' }] })
    expect(names(realm)).toEqual(expect.arrayContaining(['my_template', 'basic', 'offline_access']))
    expect(realm).not.toHaveProperty('clientTemplates')
  })

  it('of an empty list give no scope', () => {
    const realm = complete({ clientTemplates: [] })
    expect(realm).toEqual(complete({}))
    expect(realm).not.toHaveProperty('clientTemplates')
  })
})
