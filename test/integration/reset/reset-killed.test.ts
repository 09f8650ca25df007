import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import type { Config } from '../../../src/config/schema.ts'
import type { Admin } from '../../../src/keycloak/admin.ts'
import { discover } from '../../../src/oauth/discover.ts'
import { logIn } from '../../../src/oauth/log-in.ts'
import { registerClient } from '../../../src/oauth/register.ts'
import { resetRealm } from '../../../src/operations/reset-realm.ts'
import { up } from '../../../src/operations/up.ts'
import { externalConfig } from '../../helpers/keycloak/external-config.ts'
import { sharedKeycloak } from '../../helpers/keycloak/own-keycloak.ts'
import { sharedAdmin } from '../../helpers/keycloak/test-realm.ts'
import { killAt, killOnce, WORKS } from '../../helpers/program/killed-resets.ts'
import { seededRandom } from '../../helpers/suite/seeded-random.ts'

const keycloak = sharedKeycloak()
const REALM = 'killed'
const REDIRECT = 'http://localhost:3117/callback'
const SEED = 12
/** `scripts/soak-reset.ts` kills as many as it is told, at random. */
const KILLS = 12
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

describe(`${KILLS} resets that are killed (seed ${SEED})`, () => {
  const names = Object.keys(WORKS) as (keyof typeof WORKS)[]
  const kills = names.flatMap((name) => {
    const count = name === 'in place' ? KILLS / 2 : KILLS / 4
    return Array.from({ length: count }, (_, index) => ({ name, part: (index + random()) / count }))
  })

  it.each(kills)(
    '$name, at $part of the way: the next command has the realm whole',
    { timeout: ALL_MS },
    async (kill) => {
      const finish = random() < 0.5 ? () => up(config) : () => resetRealm(config)
      const { killed, faults } = await killOnce({ ...kill, admin, config, random, finish })
      expect({ killed, faults }).toEqual({ killed: true, faults: [] })
    },
  )

  it('leave a realm that users log in to', async () => {
    const server = await discover(`${keycloak.url}/realms/${REALM}`)
    const client = await registerClient(server, {
      redirect_uris: [REDIRECT],
      token_endpoint_auth_method: 'client_secret_post',
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
    })
    await logIn(server, {
      client,
      redirectUri: REDIRECT,
      user: { username: 'testuser', password: 'password123' },
    })
  })
})

describe('a creation that is killed', () => {
  it('an up killed after its import is finished by the next command, with a warning', async () => {
    const own = { ...config, realm: 'killed-at-creation' }
    expect(await killAt({ command: 'up', config: own }, 2, false)).toBe(true)
    const { realm, warnings } = await up(own)
    expect([realm, warnings]).toEqual([
      'unchanged',
      [expect.stringMatching(/^Finished .*"killed-at-creation"/)],
    ])
    const [console] = await admin.clients.find({ realm: own.realm, clientId: 'account-console' })
    expect(console?.defaultClientScopes).toEqual(expect.arrayContaining(['basic', 'roles']))
    expect((await up(own)).warnings).toEqual([])
    await admin.realms.del({ realm: own.realm })
  })
})
