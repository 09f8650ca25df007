import { expect, it } from 'vitest'
import { testRealm } from '../../helpers/keycloak/test-realm.ts'
import { conformance } from '../../helpers/mcp/conformance.ts'

const MCP_URL = 'http://localhost:8000/mcp'

it("the realm passes MCP's own suite, which only misses the feature of the overlay cimd", async () => {
  await using realm = await testRealm('conformance', { mcpUrl: [MCP_URL] })
  expect(await conformance(realm.server, MCP_URL)).toEqual({
    passed: ['authorization-server-metadata', 'authorization-code-grant'],
    warned: ['authorization-server-metadata-cimd'],
    failed: [],
  })
})
