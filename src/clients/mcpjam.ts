import type { ClientProfile } from './client-profile.ts'

/** MCPJam Inspector. Its registration comes from its source code. */
export const mcpjam: ClientProfile = {
  name: 'mcpjam',
  title: 'MCPJam',
  recordedVersion: undefined,
  registration: {
    redirect_uris: ['http://127.0.0.1:6274/oauth/callback'],
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    client_name: 'MCPJam Inspector Debug Client',
    client_uri: 'https://github.com/MCPJam/inspector',
    scope: 'openid offline_access',
  },
  metadataDocument: 'https://www.mcpjam.com/.well-known/oauth/client-metadata.json',
  browserOrigins: ['http://localhost:6274', 'http://127.0.0.1:6274'],
  forget: ({ serverName }) => `Remove ${serverName} in MCPJam and add the server again.`,
  configFile: undefined,
  snippets: ({ serverName, mcpUrl }) => [
    { title: 'Start it', language: 'sh', code: 'npx -y @mcpjam/inspector@latest' },
    {
      title: 'In the page, under Add Server',
      language: 'text',
      code: `Name: ${serverName}
Connection: HTTP
URL: ${mcpUrl}
Authentication: OAuth`,
    },
  ],
}
