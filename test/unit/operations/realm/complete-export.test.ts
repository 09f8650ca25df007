import { describe, expect, it } from 'vitest'

import { McpKeycloakError } from '../../../../src/errors.ts'
import { completeExport, type Trial } from '../../../../src/operations/realm/complete-export.ts'
import { exportWarnings } from '../../../../src/operations/realm/realm-export-warnings.ts'
import type { Json } from '../../../../src/realm/overlay.ts'
import type { Realm } from '../../../../src/realm/schema.ts'

/** A server that makes of a client with consent one without full scope, as Keycloak does. */
function trial(wanted: Json, more: Partial<Trial> = {}): Trial {
  return {
    wanted,
    realmOf: async (content) => content as Realm,
    make: async (realm) => ({
      ...realm,
      clients: realm.clients?.map((client) => ({ fullScope: !client.consent, ...client })),
    }),
    write: (_list, item) => item,
    nameable: (realm) => realm,
    complete: (content) => content,
    signal: undefined,
    ...more,
  }
}

const client = (settings: Json) => ({ realm: 'r', clients: [{ clientId: 'c', ...settings }] })
const WANTED = client({ consent: true, fullScope: true })
const refused = new McpKeycloakError('REALM_REFUSED', { what: 'Refused.', why: 'Because.', fix: 'Mend it.' })

describe('an exported file', () => {
  it('an export that creates the same realm stays unchanged', async () => {
    const start = client({})
    expect(await completeExport(start, trial(client({ fullScope: true })))).toEqual({
      content: start,
      missing: [],
    })
  })

  it('an export names the settings that came out otherwise', async () => {
    const { content, missing } = await completeExport(client({ consent: true }), trial(WANTED))
    expect([content, missing]).toEqual([WANTED, []])
  })

  it('an export is completed from an empty file', async () => {
    expect(await completeExport({}, trial(WANTED))).toEqual({ content: WANTED, missing: [] })
  })

  it('an export that cannot be completed names what is missing', async () => {
    const stubborn = { make: async () => client({ fullScope: false }) }
    const start = client({ consent: true })
    const { content, missing } = await completeExport(start, trial(WANTED, stubborn))
    expect(content).toEqual(start)
    expect(missing).toEqual(['clients[c].consent', 'clients[c].fullScope'])
  })

  it('that is refused is given all the same, with the reason', async () => {
    const refuse = { make: () => Promise.reject(refused) }
    expect(await completeExport(client({}), trial(WANTED, refuse))).toEqual({
      content: client({}),
      missing: [],
      problem: refused,
    })
  })

  it('a completed export that Keycloak refuses is replaced by the previous one', async () => {
    let made = 0
    const once = async (realm: Realm) => (made++ === 0 ? realm : Promise.reject(refused))
    const { content, missing, problem } = await completeExport(client({}), trial(WANTED, { make: once }))
    expect(content).toEqual(client({}))
    expect(missing).toHaveLength(2)
    expect(problem).toBeUndefined()
  })

  it('is not given when the server is gone', async () => {
    const gone = { make: () => Promise.reject(new Error('gone')) }
    await expect(completeExport({}, trial(WANTED, gone))).rejects.toThrow('gone')
  })
})

describe('what to mind of an exported file', () => {
  const NONE = { overlay: false, masked: [], missing: [], problem: undefined }

  it('a complete export has no warning', () => {
    const users = [
      { username: 'known', enabled: true, credentials: [] },
      { username: 'changed' },
      { username: 'service', enabled: true, serviceAccountClientId: 'x' },
    ]
    expect(exportWarnings({ users }, NONE)).toEqual([])
  })

  it('is what Keycloak does not tell, and what a file cannot say', () => {
    const users = [{ username: 'carol', enabled: true }]
    const warnings = exportWarnings(
      { users },
      { ...NONE, masked: ['a.b'], missing: ['c.d'], problem: refused },
    )
    expect(warnings).toMatchInlineSnapshot(`
      [
        "Keycloak does not tell passwords. Give these users "credentials": carol",
        "Keycloak does not tell these secrets. Add them: a.b",
        "A file cannot say it. In these settings a realm made of it is another one: c.d",
        "It cannot be applied unchanged. Refused. Because.",
      ]
    `)
    expect(exportWarnings({}, { ...NONE, overlay: true, missing: ['x'] })).toMatchInlineSnapshot(`
      [
        "An overlay can add and change, not remove. In these settings a realm made of it is another one: x",
      ]
    `)
  })
})
