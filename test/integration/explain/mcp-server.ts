import { inspect } from 'node:util'

import { createRemoteJWKSet, type JWTPayload, jwtVerify } from 'jose'

import type { Provocation } from './provocation.ts'
import type { World } from './world.ts'

/** What an MCP server prints that looks at a token, of a realm whose scope `basic` has lost a mapper. */
async function withoutMapper(
  world: World,
  name: string,
  look: (claims: JWTPayload) => unknown,
  requiredClaims: string[] = [],
): Promise<string> {
  const { name: realm, server } = world.realm
  const admin = await world.realm.admin()
  const { id = '', protocolMappers = [] } =
    (await admin.clientScopes.find({ realm })).find((scope) => scope.name === 'basic') ?? {}
  const mapper = protocolMappers.find((one) => one.name === name)
  await admin.clientScopes.delProtocolMapper({ realm, id, mapperId: mapper?.id ?? '' })
  try {
    const { access_token } = await world.tokens(await world.client({ scope: 'openid' }))
    const keys = createRemoteJWKSet(new URL(server.jwks_uri ?? ''))
    const { payload } = await jwtVerify(access_token, keys, { issuer: server.issuer, requiredClaims })
    return `it worked: ${look(payload)}`
  } catch (error) {
    return inspect(error)
  } finally {
    await admin.clientScopes.addProtocolMapper({ realm, id }, { ...mapper })
  }
}

/** In an MCP server, with a real token; Keycloak sees nothing of it. */
export const MCP_SERVER_PROVOCATIONS: readonly Provocation[] = [
  {
    name: 'a token without roles, in a server that reads them',
    seen: ['roles-missing'],
    provoke: (world) =>
      withoutMapper(world, 'realm roles', ({ realm_access }) => (realm_access as { roles: string[] }).roles),
  },
  {
    name: 'a token without a subject, in a server that requires one',
    seen: ['subject-missing'],
    provoke: (world) => withoutMapper(world, 'sub', ({ sub }) => sub, ['sub']),
  },
]
