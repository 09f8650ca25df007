import { clientSecret } from '../../../src/keycloak/clients/client-secrets.ts'
import type { Provocation } from './provocation.ts'
import { codeGrant, type World } from './world.ts'

const MCP_URL = 'http://localhost:8000/mcp'

/** Exchanges a token as the MCP server. */
async function exchange(world: World, parameters: Readonly<Record<string, string>>): Promise<string> {
  const { client_id, redirect_uri } = {
    client_id: 'mcp-client',
    redirect_uri: 'http://localhost:3118/callback',
  }
  const code = await world.logIn({ client_id }, { redirect_uri })
  const answer = await world.post({ ...codeGrant({ client_id }), code, redirect_uri })
  const { access_token: subject_token } = JSON.parse(answer.slice(answer.indexOf('{')))
  const { name } = world.realm
  return world.post({
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    client_id: MCP_URL,
    client_secret: (await clientSecret(await world.realm.admin(), name, MCP_URL)) ?? '',
    subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    subject_token,
    ...parameters,
  })
}

/** As an MCP server does that calls another API (RFC 8693). */
export const EXCHANGE_PROVOCATIONS: readonly Provocation[] = [
  {
    name: 'a token exchange for an API that is not there',
    seen: ['token-exchange-target'],
    server: ['token-exchange-target', 'nowhere'],
    provoke: (world) => exchange(world, { audience: 'nowhere', scope: 'downstream:use-api' }),
  },
  {
    name: 'a token exchange without the scope of the API',
    seen: ['token-exchange-target', 'downstream-api'],
    server: ['token-exchange-target', 'downstream-api'],
    provoke: (world) => exchange(world, { audience: 'downstream-api' }),
  },
]
