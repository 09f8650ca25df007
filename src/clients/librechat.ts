import { printableJson } from '../printable.ts'
import type { ClientProfile } from './client-profile.ts'

/** LibreChat. Its registration comes from its source code. It is a server: its client has a secret. */
export const librechat: ClientProfile = {
  name: 'librechat',
  title: 'LibreChat',
  recordedVersion: undefined,
  registration: {
    redirect_uris: ['http://localhost:3080/api/mcp/my-mcp-server/oauth/callback'],
    token_endpoint_auth_method: 'client_secret_basic',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    client_name: 'LibreChat MCP Client',
    scope: 'openid offline_access',
  },
  browserOrigins: [],
  forget: ({ serverName }) => `Press Revoke on ${serverName} in LibreChat's MCP settings, and connect again.`,
  configFile: undefined,
  snippets: ({ serverName, mcpUrl }) => [
    {
      title: 'In the configuration file',
      language: 'yaml',
      code: `mcpServers:
  ${serverName}:
    type: streamable-http
    url: ${printableJson(mcpUrl)}
mcpSettings:
  allowedDomains:
    - ${printableJson(new URL(mcpUrl).hostname)}`,
      file: 'librechat.yaml',
      note: 'In a container, localhost is the container itself: run LibreChat on the network of the host.',
    },
  ],
}
