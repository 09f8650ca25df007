import { describe, expect, it } from 'vitest'

import { loadOverlay } from '../../../src/realm/load-overlay.ts'
import {
  needsInitialAccessToken,
  registrationPolicies,
} from '../../../src/realm/patches/registration-policies.ts'
import { type RenderOptions, renderRealm } from '../../../src/realm/render.ts'
import type { Realm } from '../../../src/realm/schema.ts'
import { BASE_REALM, NO_OPTIONS, POLICIES } from '../support/base-realm.ts'

const STRICT = await loadOverlay('strict', BASE_REALM.realm)
const rendered = (options: Partial<RenderOptions> = {}) =>
  renderRealm(BASE_REALM, { ...NO_OPTIONS, ...options }, [STRICT])
const policy = (realm: Realm, providerId: string, subType: string) =>
  registrationPolicies(realm).find((item) => item.providerId === providerId && item.subType === subType)

describe('the overlay strict', () => {
  it('lets nobody register without a token', () => {
    expect(needsInitialAccessToken(BASE_REALM)).toBe(false)
    expect(needsInitialAccessToken(rendered())).toBe(true)
    const others = {
      realm: 'r',
      components: { [POLICIES]: [{ providerId: 'max-clients', subType: 'anonymous' }] },
    }
    expect(needsInitialAccessToken(others)).toBe(false)
  })

  it('trusts with a token the hosts that the base realm trusts without', () => {
    expect(policy(rendered(), 'trusted-hosts', 'authenticated')?.config).toEqual(
      policy(BASE_REALM, 'trusted-hosts', 'anonymous')?.config,
    )
  })

  it('trusts a host more where the option says so', () => {
    const realm = rendered({ trustedHost: ['example.com'] })
    for (const subType of ['anonymous', 'authenticated']) {
      expect(policy(realm, 'trusted-hosts', subType)?.config?.['trusted-hosts']).toContain('example.com')
    }
  })

  it('asks for consent, unless the option says no', () => {
    expect(policy(rendered(), 'consent-required', 'authenticated')).toBeDefined()
    expect(policy(rendered({ consent: false }), 'consent-required', 'authenticated')).toBeUndefined()
  })

  it('gives roles to clients without full scope, those of options too', () => {
    const mapped = (realm: Realm) =>
      realm.scopeMappings?.find(({ clientScope }) => clientScope === 'basic')?.roles
    expect(mapped(rendered())).toEqual(['offline_access', 'admin'])
    expect(mapped(rendered({ role: ['boss'], realm: 'other' }))).toEqual(['offline_access', 'admin', 'boss'])
  })

  it('keeps what self-registered clients have to do', () => {
    const profile = rendered().clientProfiles?.profiles?.find(({ name }) => name === 'self-registered-client')
    expect(profile?.executors?.map(({ executor }) => executor)).toEqual([
      'pkce-enforcer',
      'reject-implicit-grant',
      'secure-redirect-uris-enforcer',
    ])
  })

  it('gives way to an access token lifespan that was asked for', () => {
    expect(rendered().accessTokenLifespan).toBe(60)
    expect(rendered({ tokenLifespan: 5 }).accessTokenLifespan).toBe(5)
  })
})
