import type { ClientProfile } from './client-profile.ts'

/** Open WebUI. Its registration comes from its source code. It is a server: its client has a secret. */
export const openWebui: ClientProfile = {
  name: 'open-webui',
  title: 'Open WebUI',
  recordedVersion: undefined,
  registration: {
    redirect_uris: ['http://localhost:3000/oauth/clients/mcp:my-mcp-server/callback'],
    token_endpoint_auth_method: 'client_secret_post',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    client_name: 'Open WebUI',
    scope: 'openid offline_access',
  },
  browserOrigins: [],
  forget: ({ serverName }) =>
    `Open ${serverName} in Open WebUI's admin settings, under External Tools, press Register Client again and save.`,
  configFile: undefined,
  snippets: ({ serverName, mcpUrl }) => [
    {
      title: 'In the admin settings, under External Tools',
      language: 'text',
      code: `Type: MCP (Streamable HTTP)
URL: ${mcpUrl}
ID: ${serverName}
Auth: OAuth 2.1, then Register Client`,
      note: 'In a container, localhost is the container itself: run Open WebUI on the network of the host.',
    },
  ],
}
