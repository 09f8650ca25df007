import type { ClientProfile, ConfigFile } from './client-profile.ts'
import { configSnippet } from './config-snippet.ts'

const configFile: ConfigFile = {
  path: () => 'opencode.json',
  otherPaths: ['opencode.jsonc'],
  format: 'json',
  entryPath: ({ serverName }) => ['mcp', serverName],
  entry: ({ mcpUrl }) => ({ type: 'remote', url: mcpUrl }),
}

/** OpenCode, in the terminal. */
export const opencode: ClientProfile = {
  name: 'opencode',
  title: 'OpenCode',
  recordedVersion: '1.18.33',
  registration: {
    redirect_uris: ['http://127.0.0.1:19876/mcp/oauth/callback'],
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    client_name: 'OpenCode',
    client_uri: 'https://opencode.ai',
    scope: 'openid offline_access',
  },
  browserOrigins: [],
  forget: ({ serverName }) =>
    `Run \`opencode mcp logout ${serverName}\` (or delete its entry in ~/.local/share/opencode/mcp-auth.json), then ` +
    `\`opencode mcp auth ${serverName}\`.`,
  configFile,
  snippets: (target, platform) => [
    configSnippet(configFile, target, platform),
    { title: 'Log in', language: 'sh', code: `opencode mcp auth ${target.serverName}` },
  ],
}
