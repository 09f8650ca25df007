import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { afterAll, beforeAll, expect, it } from 'vitest'

import type { Config } from '../../../src/config/schema.ts'
import { discover, type ServerMetadata } from '../../../src/oauth/discover.ts'
import { logIn } from '../../../src/oauth/log-in.ts'
import { registerClient } from '../../../src/oauth/register.ts'
import { resetRealm } from '../../../src/operations/reset-realm.ts'
import { up } from '../../../src/operations/up.ts'
import { externalConfig } from '../../helpers/keycloak/external-config.ts'
import { sharedKeycloak } from '../../helpers/keycloak/own-keycloak.ts'
import { REDIRECT } from '../../helpers/keycloak/public-client.ts'
import { sharedAdmin } from '../../helpers/keycloak/test-realm.ts'
import { readWhole } from '../../helpers/program/killed-resets.ts'

const keycloak = sharedKeycloak()
const REALM = 'traffic'
/** Larger numbers, for a longer run: `TRAFFIC=5 npm test -- reset-traffic`. */
const TRAFFIC = Number(process.env.TRAFFIC ?? 1)
const REGISTRATIONS = 100 * TRAFFIC
const AT_ONCE = 20
const LOGINS = 40 * TRAFFIC
const ALL_MS = 600_000
/** Limit for a refusal: no program waits longer. */
const REFUSED_MS = 10_000

let folder: string
let config: Config
let server: ServerMetadata

beforeAll(async () => {
  folder = await mkdtemp(join(keycloak.dataFolder, 'traffic-'))
  const overlay = join(folder, 'many.json')
  const type = 'org.keycloak.services.clientregistration.policy.ClientRegistrationPolicy'
  const policy = { providerId: 'max-clients', subType: 'anonymous', config: { 'max-clients': ['5000'] } }
  await writeFile(overlay, JSON.stringify({ components: { [type]: [policy] } }))
  config = await externalConfig(keycloak, { realm: REALM, proof: false, with: [overlay] })
  await up(config)
  server = await discover(`${keycloak.url}/realms/${REALM}`)
})
afterAll(async () => {
  await (await sharedAdmin()).realms.del({ realm: REALM })
  await rm(folder, { recursive: true })
})

function register(at = server) {
  return registerClient(at, {
    redirect_uris: [REDIRECT],
    token_endpoint_auth_method: 'client_secret_post',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
  })
}

it(`${REGISTRATIONS} registrations and ${LOGINS} logins during resets succeed and stay, or are refused soon`, {
  timeout: ALL_MS,
}, async () => {
  const client = await register()
  const registered: string[] = []
  const slow: number[] = []
  let loggedIn = 0
  const attempt = async (work: () => Promise<void>) => {
    const startedAt = performance.now()
    await work().catch(() => {
      const tookMs = performance.now() - startedAt
      if (tookMs > REFUSED_MS) slow.push(tookMs)
    })
  }
  const repeat = (times: number, work: () => Promise<void>) =>
    Array.from({ length: times }).reduce<Promise<void>>(
      (before) => before.then(() => attempt(work)),
      Promise.resolve(),
    )
  let isDone = false
  const traffic = Promise.all([
    ...Array.from({ length: AT_ONCE }, () =>
      repeat(REGISTRATIONS / AT_ONCE, async () => {
        registered.push((await register()).client_id)
      }),
    ),
    repeat(LOGINS, async () => {
      await logIn(server, {
        client,
        redirectUri: REDIRECT,
        user: { username: 'testuser', password: 'password123' },
      })
      loggedIn++
    }),
  ]).finally(() => {
    isDone = true
  })
  let resets = 0
  for (; !isDone || resets < 2; resets++) {
    const { inPlace } = await resetRealm({ ...config, trustedHost: [`host-${resets % 2}.example.com`] })
    expect(inPlace).toBe(true)
  }
  await traffic
  const there = (await readWhole(await sharedAdmin(), REALM)).registered.map((one) => one.split(' ')[0])
  expect(registered.filter((id) => !there.includes(id))).toEqual([])
  expect(there).toContain(client.client_id)
  expect(slow).toEqual([])
  // A reset in place switches nothing off: any failure has another reason.
  expect([registered.length, loggedIn]).toEqual([REGISTRATIONS, LOGINS])
})

it('registrations while the realm is created again stay, or are refused', { timeout: ALL_MS }, async () => {
  const admin = await sharedAdmin()
  const realm = 'traffic-again'
  const own = await externalConfig(keycloak, { realm, proof: false })
  await up(own)
  const itsServer = await discover(`${keycloak.url}/realms/${realm}`)
  const flow = { alias: 'by-hand', providerId: 'basic-flow', topLevel: true, builtIn: false }
  await admin.authenticationManagement.createFlow({ realm, ...flow }) // cannot be removed in place
  const registered: string[] = []
  let refused = 0
  let isDone = false
  const clients = Array.from({ length: 4 }, async () => {
    while (!isDone) {
      await register(itsServer).then(
        ({ client_id }) => registered.push(client_id),
        () => refused++,
      )
      await sleep(100)
    }
  })
  const { inPlace } = await resetRealm(own).finally(() => {
    isDone = true
  })
  await Promise.all(clients)
  const there = (await readWhole(admin, realm)).registered.map((one) => one.split(' ')[0])
  await admin.realms.del({ realm })
  expect(inPlace).toBe(false)
  expect(registered.filter((id) => !there.includes(id))).toEqual([])
  expect([registered.length > 0, refused > 0]).toEqual([true, true])
})
