import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'

import { CLIENT_PROFILES } from '../../../src/clients/all.ts'
import type { RegistrationBody } from '../../../src/clients/client-profile.ts'
import { PINNED_VERSION } from '../../../src/config/versions.ts'
import type { McpKeycloakError } from '../../../src/errors.ts'
import { enabledFeatures } from '../../../src/keycloak/server-info.ts'
import { playClient } from '../../../src/oauth/play-client.ts'
import { overlayNames } from '../../../src/realm/load-overlay.ts'
import { userId } from '../../../src/realm/realm-name.ts'
import { sharedAdmin, type TestRealm, testRealm } from '../../helpers/keycloak/test-realm.ts'
import { type Combination, combinations } from './combinations.ts'
import { outcomeTable, type Row } from './outcome-table.ts'

const REALMS = combinations({
  overlays: await overlayNames(),
  features: await enabledFeatures(await sharedAdmin()),
  isOlder: inject('keycloakVersion') !== PINNED_VERSION,
})

/** Each registration once, with the names of all that send it. */
const CLIENTS = [
  ...Map.groupBy(
    CLIENT_PROFILES.filter(({ registration }) => registration),
    ({ registration }) => JSON.stringify(registration),
  ).values(),
].map((profiles) => ({
  name: profiles.map(({ name }) => name).join(', '),
  registration: profiles[0]?.registration as RegistrationBody,
}))

const rows: Row[] = []
afterAll(() => {
  const order = CLIENTS.map(({ name }) => name)
  rows.sort((a, b) => order.indexOf(a.client) - order.indexOf(b.client)) // those done first came first
  process.stdout.write(`Keycloak ${inject('keycloakVersion')}${outcomeTable(rows)}`)
})

describe.each(REALMS)('the realm $name', (combination) => {
  let realm: TestRealm
  let clientsBefore: number
  let initialAccessToken: string | undefined
  beforeAll(async () => {
    realm = await testRealm(
      `matrix-${combination.name.replace(/\W+/g, '-')}`.toLowerCase(),
      combination.options,
    )
    clientsBefore = await realm.countClients()
    if (combination.closed) initialAccessToken = await newInitialAccessToken(realm)
  })
  afterAll(() => realm[Symbol.asyncDispose]())

  it.concurrent.each(CLIENTS)(
    'serves $name whatever it registers and asks for',
    async ({ name, registration }) => {
      const outcomes: Record<string, string> = {}
      for (const { label, ...sent } of cases(combination, registration, realm)) {
        outcomes[label] = await playClient({ ...sent, initialAccessToken }).then(
          () => 'ok',
          (error: McpKeycloakError) => [error.message, error.why].filter(Boolean).join(' '),
        )
      }
      rows.push({ realm: combination.name, client: name, outcomes })
      expect(Object.entries(outcomes).filter(([, outcome]) => outcome !== 'ok')).toEqual([])
    },
  )

  it('is left without their clients', async () => {
    expect(await realm.countClients()).toBe(clientsBefore)
  })
})

/** The scopes that a brief realm plays. */
const BRIEF = ['own', 'absent', 'all']

/** Every scope that a client may register, without a resource and with the right one. */
function cases(
  combination: Combination,
  registration: RegistrationBody,
  { name, server, report }: TestRealm,
) {
  const { scope: own, ...body } = registration
  const scopes: readonly [label: string, scope: string | undefined][] = [
    ['own', own],
    ['absent', undefined],
    ['empty', ''],
    ['openid', 'openid'],
    ['one', combination.scope],
    ['all', (server.scopes_supported ?? []).join(' ')],
  ]
  const audience = report.mcpUrls.at(-1) ?? ''
  const admin = report.users.at(-1)
  if (admin === undefined) throw new Error('the realm has lost a user')
  const isOfFile = combination.options.realmFile !== undefined // its users have ids of their own
  const user = isOfFile ? admin : { ...admin, sub: userId(name, admin.username) }
  const played = scopes.filter(([label]) => !combination.brief || BRIEF.includes(label))
  return played.flatMap(([label, scope]) =>
    [undefined, audience].map((resource) => ({
      ...{ server, user, resource, audience },
      label: resource ? `${label}+res` : label,
      metadata: { ...body, ...(scope !== undefined && { scope }) },
      scope: scope ?? '',
    })),
  )
}

async function newInitialAccessToken(realm: TestRealm): Promise<string> {
  const { realms } = await realm.admin()
  const { token = '' } = await realms.createClientsInitialAccess(
    { realm: realm.name },
    { count: 1000, expiration: 3600 },
  )
  return token
}
