import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { logIn } from '../../../src/oauth/log-in.ts'
import { registerClient } from '../../../src/oauth/register.ts'
import { PUBLIC_CLIENT, REDIRECT } from '../../helpers/keycloak/public-client.ts'
import { type TestRealm, testRealm } from '../../helpers/keycloak/test-realm.ts'
import { inOrder } from '../../helpers/suite/in-order.ts'

inOrder('a first login changes how Keycloak keeps the password')

const METADATA = { ...PUBLIC_CLIENT, scope: 'openid' }
const carol = { username: 'carol', password: 'Pässwörd mit Umlauten' }
const NAME = 'passwords'

let realm: TestRealm
beforeAll(async () => {
  realm = await testRealm(NAME, { user: [`${carol.username}:${carol.password}`] })
})
afterAll(() => realm[Symbol.asyncDispose]())

/** With a client of its own: Keycloak falls over two first consents of a user to one client at the same moment. */
const login = async (user = carol) => {
  const client = await registerClient(realm.server, METADATA)
  return logIn(realm.server, { client, redirectUri: REDIRECT, user, scope: 'openid' })
}

/** How Keycloak keeps the password now. */
async function algorithm(): Promise<string> {
  const { users } = await realm.admin()
  const [user] = await users.find({ realm: NAME, username: carol.username })
  const [credential] = await users.getCredentials({ realm: NAME, id: user?.id ?? '' })
  return JSON.parse(credential?.credentialData ?? '{}').algorithm
}

// A realm is made with hashes that we computed: nobody may be locked out, and nobody let in, by them.
describe('a test user whose hash came with the realm', () => {
  it('is refused with another password', async () => {
    expect(await algorithm()).toBe('pbkdf2-sha512')
    await expect(login({ ...carol, password: 'password123' })).rejects.toMatchObject({
      code: 'LOGIN_REFUSED',
    })
  })

  it('parallel logins work, and Keycloak then stores its own hash', async () => {
    await Promise.all([login(), login(), login()])
    expect(await algorithm()).toBe('argon2')
  })

  it('logs in again, and is refused with another password as before', async () => {
    await login()
    await expect(login({ ...carol, password: 'password123' })).rejects.toMatchObject({
      code: 'LOGIN_REFUSED',
    })
  })
})
