import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'

import type { Config } from '../../src/config/schema.ts'
import type { Admin } from '../../src/keycloak/admin.ts'
import { discover } from '../../src/oauth/discover.ts'
import { logIn } from '../../src/oauth/log-in.ts'
import { registerClient } from '../../src/oauth/register.ts'
import { resetRealm } from '../../src/operations/reset-realm.ts'
import { up } from '../../src/operations/up.ts'
import { externalConfig } from '../helpers/external-config.ts'
import { countWrites, faultsAfterKill, killAt, readWhole, type Work } from '../helpers/killed-resets.ts'
import { seededRandom } from '../helpers/seeded-random.ts'
import { sharedAdmin } from '../helpers/test-realm.ts'

const keycloak = inject('sharedKeycloak')
const REALM = 'killed'
const REDIRECT = 'http://localhost:3117/callback'
const SEED = 12
const KILLS = 40
const ALL_MS = 300_000

let admin: Admin
let config: Config
const random = seededRandom(SEED)

beforeAll(async () => {
  config = await externalConfig(keycloak, { realm: REALM, proof: false })
  await up(config)
  admin = await sharedAdmin()
})
afterAll(() => admin.realms.del({ realm: REALM }))

/** Makes the realm differ from its file in many ways, so that a reset has much to do. */
async function changeByHand({ flow }: { readonly flow: boolean }) {
  const scopes = await admin.clientScopes.find({ realm: REALM })
  const email = scopes.find(({ name }) => name === 'email')
  if (email?.id) await admin.clientScopes.del({ realm: REALM, id: email.id })
  await admin.realms.update({ realm: REALM }, { displayName: 'by hand', bruteForceProtected: true })
  await admin.roles.create({ realm: REALM, name: 'by-hand' }).catch(() => {})
  await admin.users.create({ realm: REALM, username: 'by-hand' }).catch(() => {})
  const [console] = await admin.clients.find({ realm: REALM, clientId: 'account-console' })
  const basic = scopes.find(({ name }) => name === 'basic')?.id ?? ''
  await admin.clients.delDefaultClientScope({ realm: REALM, id: console?.id ?? '', clientScopeId: basic })
  const alias = 'by-hand'
  const own = { realm: REALM, alias, providerId: 'basic-flow', topLevel: true, builtIn: false }
  if (flow) await admin.authenticationManagement.createFlow(own).catch(() => {})
}

/** Commands by what they do: the second one changes what cannot be changed in place. */
const WORKS: Readonly<Record<string, Omit<Work, 'config'> & { readonly flow: boolean }>> = {
  'in place': { command: 'reset-realm', flow: false },
  'created again': { command: 'reset-realm', flow: true },
  hard: { command: 'reset-realm', hard: true, flow: false },
}

describe(`${KILLS} resets that are killed (seed ${SEED})`, () => {
  const kills = Object.keys(WORKS).flatMap((name) => {
    const count = name === 'in place' ? KILLS / 2 : KILLS / 4
    return Array.from({ length: count }, (_, index) => ({ name, part: (index + random()) / count }))
  })
  const writes = new Map<string, Promise<number>>()

  it.each(kills)('$name, at $part of the way: the next command has the realm whole', { timeout: ALL_MS }, async ({
    name,
    part,
  }) => {
    const { flow, ...work } = WORKS[name] ?? { command: 'up', flow: false }
    const options = random() < 0.5 ? { scope: ['api:read'], trustedHost: ['example.com'] } : {}
    const wanted = { ...config, ...options }
    if (!writes.has(name)) {
      await changeByHand({ flow })
      writes.set(name, countWrites({ ...work, config: wanted }))
    }
    const all = (await writes.get(name)) ?? 1
    const server = await discover(`${keycloak.url}/realms/${REALM}`)
    const client = await registerClient(server, {
      redirect_uris: [REDIRECT],
      token_endpoint_auth_method: 'client_secret_post',
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
    })
    await changeByHand({ flow })
    const before = await readWhole(admin, REALM)
    await killAt({ ...work, config: wanted }, Math.max(1, Math.ceil(part * all)), random() < 0.5)
    const told = random() < 0.5 ? (await up(config)).warnings : (await resetRealm(config)).warnings
    expect(await faultsAfterKill(admin, config, before), told.join()).toEqual([])
    const after = await readWhole(admin, REALM)
    if (work.hard) return expect([[], before.registered]).toContainEqual(after.registered)
    expect(after.registered).toEqual(before.registered)
    expect(after.keys).toEqual(before.keys)
    const users = before.userIds.filter((user) => !user.startsWith('by-hand'))
    expect(after.userIds).toEqual(expect.arrayContaining(users))
    const user = { username: 'testuser', password: 'password123' }
    await logIn(server, { client, redirectUri: REDIRECT, user })
  })
})

describe('a creation that is killed', () => {
  it('between its import and its last request is finished by the next command, which says so', async () => {
    const own = { ...config, realm: 'killed-at-creation' }
    expect(await killAt({ command: 'up', config: own }, 2, false)).toBe(true)
    const { realm, warnings } = await up(own)
    expect([realm, warnings]).toEqual([
      'unchanged',
      [expect.stringMatching(/^Finished the creation of the realm "killed-at-creation" that was interrupted at /)],
    ])
    const [console] = await admin.clients.find({ realm: own.realm, clientId: 'account-console' })
    expect(console?.defaultClientScopes).toEqual(expect.arrayContaining(['basic', 'roles']))
    expect((await up(own)).warnings).toEqual([])
    await admin.realms.del({ realm: own.realm })
  })
})
