import type { ClientProfile, ConfigFile } from './client-profile.ts'
import { onlyConfigSnippet } from './config-snippet.ts'

const configFile: ConfigFile = {
  path: () => '.cursor/mcp.json',
  format: 'json',
  entryPath: ({ serverName }) => ['mcpServers', serverName],
  entry: ({ mcpUrl }) => ({ url: mcpUrl }),
}

/** Cursor. Its registration comes from bug reports of programs that received it. */
export const cursor: ClientProfile = {
  name: 'cursor',
  title: 'Cursor',
  recordedVersion: undefined,
  registration: {
    redirect_uris: [
      'cursor://anysphere.cursor-mcp/oauth/callback',
      'https://www.cursor.com/agents/mcp/oauth/callback',
      'http://localhost:8787/callback',
    ],
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    client_name: 'Cursor',
    scope: 'openid',
  },
  browserOrigins: [],
  forget: ({ serverName }) =>
    `In Cursor's settings, under "Tools & MCP", press Logout on ${serverName} and connect again. If the old id comes back, ` +
    'remove the server, restart Cursor and add the server again.',
  configFile,
  snippets: onlyConfigSnippet(configFile, 'Then press Connect in Cursor\'s settings, under "Tools & MCP".'),
}
