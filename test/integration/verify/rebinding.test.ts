import { describe, expect, it, onTestFinished } from 'vitest'

import { discover } from '../../../src/oauth/discover.ts'
import { logIn } from '../../../src/oauth/log-in.ts'
import { findChromium, resultInBrowser } from '../../helpers/browser/chromium.ts'
import { EVIL, fromReboundPage, rebindingProxy } from '../../helpers/browser/rebound-page.ts'
import { sharedKeycloak } from '../../helpers/keycloak/own-keycloak.ts'
import { needs } from '../../helpers/suite/needs.ts'

const { url, issuer, realm, admin } = sharedKeycloak()
const { port } = new URL(url)
const ORIGIN = `http://${EVIL}:${port}`
/** RFC 6749, section 5.2. */
const REFUSED = 400
const FORM = { 'content-type': 'application/x-www-form-urlencoded', origin: ORIGIN }
const JSON_BODY = { 'content-type': 'application/json', origin: ORIGIN }

const adminToken = (username: string, password: string) =>
  fromReboundPage(url, '/realms/master/protocol/openid-connect/token', {
    headers: FORM,
    body: String(new URLSearchParams({ grant_type: 'password', client_id: 'admin-cli', username, password })),
  })

const registration = (redirectUri: string) =>
  fromReboundPage(url, `/realms/${realm}/clients-registrations/openid-connect`, {
    headers: JSON_BODY,
    body: JSON.stringify({ redirect_uris: [redirectUri] }),
  })

/** Keycloak has no list of hosts that it answers to: docs/security.md. The first test fails when it has one. */
describe('a page whose name was rebound to this machine', () => {
  it('is answered by realm master, as containers are', async () => {
    expect((await fromReboundPage(url, '/realms/master')).status).toBe(200)
    expect((await adminToken(admin.username, admin.password)).status).toBe(200)
  })

  it.each(['', 'admin', 'password', 'password123', 'keycloak', 'only-for-ci', 'benchmark'])(
    'does not become administrator with the password "%s"',
    async (password) => {
      const { status, body } = await adminToken(admin.username, password)
      expect([status, JSON.parse(body).error]).toEqual([REFUSED, 'invalid_grant'])
    },
  )

  it('is not offered to create an administrator', async () => {
    const welcome = await fromReboundPage(url, '/')
    expect([welcome.status, welcome.headers.location]).toEqual([302, `${url}/admin/`])
    await fromReboundPage(url, '/', { headers: FORM, body: 'username=eve&password=eve' })
    expect((await adminToken('eve', 'eve')).status).toBe(REFUSED)
  })

  it('a rebound page reads nothing from the Admin API', async () => {
    const server = await discover(issuer)
    const login = { client: { client_id: 'mcp-client' }, redirectUri: 'http://localhost:3118/callback' }
    const user = { username: 'testadmin', password: 'password123' }
    const { access_token: token } = await logIn(server, { ...login, user, scope: 'openid' })
    for (const path of ['/admin/realms', `/admin/realms/${realm}`, `/admin/realms/${realm}/users`]) {
      const authorization = `Bearer ${token}`
      expect((await fromReboundPage(url, path)).status, path).toBe(401)
      const { status } = await fromReboundPage(url, path, { headers: { authorization } })
      expect([401, 403], path).toContain(status)
    }
  })

  it('does not change the issuer, nor the address of the login page', async () => {
    const { body } = await fromReboundPage(url, `/realms/${realm}/.well-known/openid-configuration`)
    const metadata = JSON.parse(body) as Readonly<Record<string, string>>
    expect(metadata.issuer).toBe(issuer)
    expect(metadata.authorization_endpoint).toBe(`${issuer}/protocol/openid-connect/auth`)
  })

  it('registers no client that sends users to its own host', async () => {
    expect((await registration(`${ORIGIN}/callback`)).status).toBe(403)
  })
})

const chromium = await findChromium()

describe('the same page in a real browser', needs(chromium !== undefined, 'Chromium'), () => {
  it('gets to realm master with the generated password alone', async () => {
    const script = `
      const token = (password) => fetch('/realms/master/protocol/openid-connect/token', { method: 'POST',
        body: new URLSearchParams({ grant_type: 'password', client_id: 'admin-cli', username: 'admin', password }) })
      const status = async (response) => (await response).status
      Promise.all([fetch('/realms/master'), token('admin'), token('password123'), fetch('/admin/realms')].map(status))
        .then((all) => { result.textContent = location.origin + ' ' + all }, (error) => { result.textContent = error })`
    const page = `<!doctype html><output id="result"></output><script>${script}</script>`
    const { server, address } = await rebindingProxy(page)
    onTestFinished(() => void server.close())
    const flags = [`--proxy-server=${address}`]
    expect(await resultInBrowser(chromium ?? '', `${ORIGIN}/attack.html`, flags)).toBe(
      `${ORIGIN} 200,${REFUSED},${REFUSED},401`,
    )
  })
})
