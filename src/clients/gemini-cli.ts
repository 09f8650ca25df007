import { shellWord } from '../config/shell-word.ts'
import type { ClientProfile, ConfigFile } from './client-profile.ts'
import { configSnippet } from './config-snippet.ts'

const configFile: ConfigFile = {
  path: () => '.gemini/settings.json',
  format: 'json',
  entryPath: ({ serverName }) => ['mcpServers', serverName],
  entry: ({ mcpUrl }) => ({ httpUrl: mcpUrl }),
}

/** Gemini CLI. Its registration comes from a public recording of version 0.36.0. */
export const geminiCli: ClientProfile = {
  name: 'gemini-cli',
  title: 'Gemini CLI',
  recordedVersion: undefined,
  registration: {
    redirect_uris: ['http://localhost:65290/oauth/callback'],
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    client_name: 'Gemini CLI MCP Client',
    scope: 'openid offline_access',
  },
  browserOrigins: [],
  forget: ({ serverName }) =>
    `Delete the entry of ${serverName} in ~/.gemini/mcp-oauth-tokens.json, then run \`/mcp auth ${serverName}\` in Gemini CLI.`,
  configFile,
  snippets: (target, platform) => [
    {
      title: 'With automatic registration',
      language: 'sh',
      code: `gemini mcp add --transport http ${target.serverName} ${shellWord(target.mcpUrl)}`,
      note: `Then run \`/mcp auth ${target.serverName}\` in Gemini CLI.`,
    },
    configSnippet(configFile, target, platform),
  ],
}
