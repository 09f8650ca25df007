import { setupKeycloak } from 'mcp-keycloak/testing/vitest'
import { MCP_URL } from './mcp-url.ts'

export default setupKeycloak({ mcpUrl: [MCP_URL], scope: ['notes:write'], onLeak: 'fail' })
