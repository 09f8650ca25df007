import { describe, expect, it } from 'vitest'
import { jsonReply } from '../../helpers/hostile/hostile-answers.ts'
import { HOSTILE_AUTHORIZATION_SERVERS } from '../../helpers/hostile/hostile-authorization-servers.ts'
import { realmAt, verified } from '../../helpers/hostile/hostile-runs.ts'
import {
  authorizationServerRoutes,
  startAuthorizationServer,
} from '../../helpers/keycloak/authorization-server.ts'
import { startMcpServer } from '../../helpers/mcp/mcp-server.ts'

const UNREADABLE = [
  'an opaque token',
  'an encrypted token',
  'a directly encrypted token',
  'a token of two parts',
]

const accepts = (token: string) =>
  !['garbage', 'undefined', 'eyJ.e30.AA', 'Bearer'].includes(token) && !token.startsWith('Basic ')

/** Verifies a server whose own authorization server issues such tokens. */
async function own(name: string, metadata: object = {}, introspection?: object) {
  await using realm = await startAuthorizationServer(() => ({ hasLoginPage: true }))
  await using server = await startMcpServer({
    issuer: realm.issuer,
    accepts,
    metadata: (url) => ({ authorization_servers: [`${new URL(url).origin}/as`] }),
    paths: (url) => {
      const issuer = `${new URL(url).origin}/as`
      const { answers } = HOSTILE_AUTHORIZATION_SERVERS[name]?.({ issuer, canary: '' }) ?? expect.fail(name)
      return {
        ...authorizationServerRoutes({
          issuer,
          hasLoginPage: false,
          answers: {
            ...answers,
            auth: (request, response) => {
              const query = new URL(request.url ?? '', issuer).searchParams
              response
                .writeHead(302, {
                  location: `${query.get('redirect_uri')}?code=1&state=${query.get('state')}`,
                })
                .end()
            },
          },
          metadata: { ...metadata, ...(introspection && { introspection_endpoint: `${issuer}/introspect` }) },
        }),
        ...(introspection && { '/as/introspect': jsonReply(introspection) }),
      }
    },
  })
  return (await verified(server.mcpUrl, realmAt(realm.issuer, server.mcpUrl), 5_000)).report
}

const find = ({ checks }: Awaited<ReturnType<typeof own>>, name: string) =>
  checks.find((check) => check.name === name)

describe('verify', () => {
  it.each(UNREADABLE)('says that the claims cannot be read, and goes on: %s', async (name) => {
    const report = await own(name)
    expect(find(report, 'login')).toMatchObject({
      status: 'ok',
      what: expect.stringMatching(/^testuser\. .*claims .+: /),
    })
    expect(find(report, 'tools')).toMatchObject({ status: 'ok' })
    expect(['sig', 'none', 'aud'].map((bad) => find(report, bad)?.status)).toEqual(['fail', 'fail', 'fail'])
  })

  it('shows what introspection says of it, when the authorization server offers it', async () => {
    const report = await own('an opaque token', {}, { active: true, aud: ['a', 'b'], scope: 'openid' })
    expect(find(report, 'login')?.what).toContain('introspection says aud a b, scope openid')
  })

  it.each(UNREADABLE)(
    "sends what needs no claims when the realm's own tokens cannot be read: %s",
    async (name) => {
      await using realm = await startAuthorizationServer((issuer) => ({
        hasLoginPage: true,
        ...HOSTILE_AUTHORIZATION_SERVERS[name]?.({ issuer, canary: '' }),
      }))
      await using server = await startMcpServer({ issuer: realm.issuer, accepts })
      const { report } = await verified(server.mcpUrl, realmAt(realm.issuer, server.mcpUrl), 5_000)
      const status = (bad: string) => find(report, bad)?.status
      expect(['garbage', 'sig', 'none', 'another-realm'].map(status)).toEqual(['ok', 'fail', 'fail', 'fail'])
      expect(['aud', 'iss', 'exp', 'scope'].map(status)).toEqual(['skip', 'skip', 'skip', 'skip'])
      expect(find(report, 'aud')?.what).toContain('claims')
    },
  )
})
