import type { ClientProfile, ConfigFile } from './client-profile.ts'
import { onlyConfigSnippet } from './config-snippet.ts'

const configFile: ConfigFile = {
  path: () => '~/.codeium/windsurf/mcp_config.json',
  format: 'json',
  entryPath: ({ serverName }) => ['mcpServers', serverName],
  entry: ({ mcpUrl }) => ({ serverUrl: mcpUrl }),
}

/** Windsurf. Its registration comes from a public recording. */
export const windsurf: ClientProfile = {
  name: 'windsurf',
  title: 'Windsurf',
  recordedVersion: undefined,
  registration: {
    redirect_uris: ['http://127.0.0.1:8765/auth/callback'],
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    client_name: 'Windsurf',
    client_uri: 'https://windsurf.ai',
    scope: 'openid offline_access',
  },
  browserOrigins: [],
  forget: ({ serverName }) =>
    `Remove ${serverName} in Windsurf's MCP settings, restart Windsurf and add the server again.`,
  configFile,
  snippets: onlyConfigSnippet(configFile, "Then press Refresh in Windsurf's MCP settings and log in."),
}
