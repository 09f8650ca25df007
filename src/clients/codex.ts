import { shellWord } from '../config/shell-word.ts'
import type { ClientProfile, ConfigFile } from './client-profile.ts'
import { configSnippet } from './config-snippet.ts'

const configFile: ConfigFile = {
  path: () => '~/.codex/config.toml',
  format: 'toml',
  entryPath: ({ serverName }) => ['mcp_servers', serverName],
  entry: ({ mcpUrl }) => ({ url: mcpUrl }),
}

/** OpenAI's Codex, in the terminal. */
export const codex: ClientProfile = {
  name: 'codex',
  title: 'Codex',
  recordedVersion: '0.169.0',
  registration: {
    redirect_uris: ['http://127.0.0.1:37819/callback'],
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    client_name: 'Codex',
    application_type: 'native',
    scope: 'openid offline_access',
  },
  metadataDocument: 'https://chatgpt.com/oauth/codex/client.json',
  browserOrigins: [],
  forget: ({ serverName }) =>
    `Run \`codex mcp logout ${serverName}\`, then \`codex mcp login ${serverName}\`. Codex registers again at each login.`,
  configFile,
  snippets: (target, platform) => [
    {
      title: 'With automatic registration',
      language: 'sh',
      code: `codex mcp add ${target.serverName} --url ${shellWord(target.mcpUrl)}`,
      note: `Opens the login immediately when the MCP server runs. Otherwise run \`codex mcp login ${target.serverName}\` later.`,
    },
    configSnippet(configFile, target, platform),
  ],
}
