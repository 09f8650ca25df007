import { expect, it } from 'vitest'

import type { SnippetTarget } from '../../../src/config/snippet.ts'
import { fastmcpTokenExchange } from '../../../src/servers/fastmcp-token-exchange.ts'

const TARGET: SnippetTarget = {
  mcpUrl: 'http://localhost:4321/mcp',
  serverName: 'my-server',
  keycloakUrl: 'http://localhost:4322',
  realm: 'demo',
  issuer: 'http://localhost:4322/realms/demo',
  preregistered: undefined,
}
const OFBIZ = { clientId: 'ofbiz', scopes: ['ofbiz:read', 'ofbiz:write'] }

it('asks for the API of the realm by its names', () => {
  const code = fastmcpTokenExchange.snippets({ ...TARGET, downstream: OFBIZ })[0]?.code
  expect(code).toContain('API_AUDIENCE = "ofbiz"')
  expect(code).toContain('API_SCOPE = "ofbiz:read ofbiz:write"')
  expect(code).not.toContain('downstream-api')
})

it('says that the realm needs the overlay when it has no such API', () => {
  const note = (target: SnippetTarget) => fastmcpTokenExchange.snippets(target)[1]?.note
  expect(note(TARGET)).toContain('mcp-keycloak up --with token-exchange')
  expect(note({ ...TARGET, downstream: OFBIZ })).not.toContain('--with')
})

it('takes the secret and the address of the API from the environment', () => {
  const [server, ...runs] = fastmcpTokenExchange.snippets(TARGET)
  for (const name of ['MCP_SERVER_CLIENT_SECRET', 'DOWNSTREAM_API_URL']) {
    expect(server?.code).toContain(`os.environ["${name}"]`)
    for (const { code } of runs) expect(code).toContain(`${name}=`)
  }
})
