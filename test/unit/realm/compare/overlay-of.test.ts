import { describe, expect, it } from 'vitest'

import { McpKeycloakError } from '../../../../src/errors.ts'
import { driftBetween } from '../../../../src/realm/compare/drift.ts'
import { overlayOf } from '../../../../src/realm/compare/overlay-of.ts'
import { loadOverlay, overlayNames } from '../../../../src/realm/load-overlay.ts'
import { applyOverlays, type Json, type Overlay } from '../../../../src/realm/overlay.ts'
import type { Realm } from '../../../../src/realm/schema.ts'
import { combinations } from '../../../helpers/suite/combinations.ts'
import { BASE_REALM } from '../../support/base-realm.ts'

const between = (made: Json, wanted: Json, file: Json = made) =>
  overlayOf({ file, made, wanted, write: (_list, item) => item })

describe('the overlay that makes one realm of another', () => {
  it('the overlay has only added and changed settings', () => {
    const made = {
      accessTokenLifespan: 300,
      enabled: true,
      clients: [{ clientId: 'a', name: 'A', redirectUris: ['x'] }, { clientId: 'b' }],
    }
    const wanted = {
      accessTokenLifespan: 60,
      enabled: true,
      clients: [{ clientId: 'a', name: 'A', redirectUris: ['x', 'y'] }, { clientId: 'b' }, { clientId: 'c' }],
    }
    expect(between(made, wanted)).toEqual({
      accessTokenLifespan: 60,
      clients: [{ clientId: 'a', redirectUris: ['y'] }, { clientId: 'c' }],
    })
  })

  it('is empty between two that are the same', () => {
    expect(between(BASE_REALM, structuredClone(BASE_REALM))).toEqual({})
  })

  it('cannot remove what the file says', () => {
    expect(between({ clients: [{ clientId: 'a' }], names: ['x'] }, { clients: [], names: [] })).toEqual({})
  })

  it('has a list whole that the file leaves to Keycloak, even an empty one', () => {
    const made = { clients: [{ clientId: 'a', optionalClientScopes: ['x', 'y'], webOrigins: ['+'] }] }
    const wanted = { clients: [{ clientId: 'a', optionalClientScopes: ['x'], webOrigins: [] }] }
    expect(between(made, wanted, { clients: [{ clientId: 'a' }] })).toEqual(wanted)
  })

  it('says a policy by its provider and by who registers, and its value whole', () => {
    const policies = (limit: string): Json => ({
      components: {
        type: [
          {
            name: 'Max',
            providerId: 'max-clients',
            subType: 'anonymous',
            config: { 'max-clients': [limit] },
          },
        ],
      },
    })
    expect(between(policies('1'), policies('2'))).toEqual({
      components: {
        type: [{ providerId: 'max-clients', subType: 'anonymous', config: { 'max-clients': ['2'] } }],
      },
    })
  })

  it('empties a text that is to go', () => {
    expect(between({ a: { x: 'text' } }, { a: {} })).toEqual({ a: { x: '' } })
  })

  it('writes a new thing as one would by hand', () => {
    const write = (list: string, item: Json) => ({ ...item, list })
    const parts = { file: {}, made: {}, wanted: { roles: { realm: [{ name: 'r', attributes: {} }] } }, write }
    expect(overlayOf(parts)).toEqual({ roles: { realm: [{ name: 'r', list: 'roles.realm' }] } })
  })
})

describe('the built-in overlays', async () => {
  const names = await overlayNames()
  it.each(combinations(names))('are found again in the realm that they made: %j', async (...combination) => {
    const overlays = await Promise.all(combination.map((name) => loadOverlay(name, BASE_REALM.realm)))
    const wanted = applied(overlays)
    if (wanted === undefined) return
    const content = between(BASE_REALM, wanted)
    expect(driftBetween(wanted, applyOverlays(BASE_REALM, [{ name: 'found', content }]))).toEqual([])
  })
})

/** `undefined` for overlays that contradict each other. */
function applied(overlays: readonly Overlay[]): Realm | undefined {
  try {
    return applyOverlays(BASE_REALM, overlays)
  } catch (error) {
    if (error instanceof McpKeycloakError && error.code === 'REALM_INVALID') return undefined
    throw error
  }
}
