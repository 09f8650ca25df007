import { describe, expect, it } from 'vitest'
import { sharedKeycloak } from '../../helpers/keycloak/own-keycloak.ts'
import { sharedAdmin } from '../../helpers/keycloak/test-realm.ts'

const { logAfterUp, issuer, url, realm } = sharedKeycloak()

/** Said at each start, of Keycloak's own defaults. */
const OF_KEYCLOAK_ITSELF = 'org.keycloak.common.Profile'

describe('the realm, applied over the Admin API', () => {
  it("leaves no warning and no error in the server's log", () => {
    expect(logAfterUp).toContain('Listening on')
    const complaints = logAfterUp.split('\n').filter((line) => /\b(WARN|ERROR)\b/.test(line))
    expect(complaints.filter((line) => !line.includes(OF_KEYCLOAK_ITSELF))).toEqual([])
  })

  it('a new realm has all its keys from the start', async () => {
    const { components } = await sharedAdmin()
    const keys = await components.find({ realm, type: 'org.keycloak.keys.KeyProvider' })
    const names = keys.map(({ name }) => name).sort()
    expect(names).toEqual(['aes-generated', 'hmac-generated-hs512', 'mcp-keycloak'])
  })

  it('shows clients only the scopes that they may ask for', async () => {
    const metadata = await json(`${issuer}/.well-known/openid-configuration`)
    expect(new Set(metadata.scopes_supported as string[])).toEqual(
      new Set([
        'openid',
        'profile',
        'email',
        'offline_access',
        'mcp:tools',
        'mcp:resources',
        'mcp:prompts',
        'mcp:call-tools',
      ]),
    )
  })

  it.each([
    ['where RFC 8414 puts it', `${url}/.well-known/oauth-authorization-server/realms/${realm}`],
    ["below the issuer's path", `${issuer}/.well-known/oauth-authorization-server`],
    ['where OpenID Connect puts it', `${issuer}/.well-known/openid-configuration`],
  ])('is discovered %s', async (_, location) => {
    const metadata = await json(location)
    expect(metadata).toMatchObject({
      issuer,
      registration_endpoint: `${issuer}/clients-registrations/openid-connect`,
      code_challenge_methods_supported: expect.arrayContaining(['S256']),
    })
  })

  it('lets a user open the account console', async () => {
    const page = await fetch(`${issuer}/account`, { redirect: 'manual' })
    expect(page.status).toBeLessThan(400)
  })

  it('keeps its issuer when it is asked by another name', async () => {
    const metadata = await json(
      `${url.replace('localhost', '127.0.0.1')}/realms/${realm}/.well-known/openid-configuration`,
    )
    expect(metadata.issuer).toBe(issuer)
  })
})

async function json(location: string): Promise<Record<string, unknown>> {
  const response = await fetch(location)
  expect(response.status, location).toBe(200)
  return (await response.json()) as Record<string, unknown>
}
