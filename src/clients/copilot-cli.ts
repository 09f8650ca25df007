import type { ClientProfile, ConfigFile } from './client-profile.ts'
import { onlyConfigSnippet } from './config-snippet.ts'

const configFile: ConfigFile = {
  path: () => '~/.copilot/mcp-config.json',
  format: 'json',
  entryPath: ({ serverName }) => ['mcpServers', serverName],
  entry: ({ mcpUrl }) => ({ type: 'http', url: mcpUrl, tools: ['*'] }),
}

/**
 * GitHub Copilot CLI. Its registration comes from its client metadata document and from bug reports: it prefers that
 * document where the server takes it, and uses another port at each login.
 */
export const copilotCli: ClientProfile = {
  name: 'copilot-cli',
  title: 'Copilot CLI',
  recordedVersion: undefined,
  registration: {
    redirect_uris: ['http://127.0.0.1:33418/'],
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    client_name: 'GitHub Copilot CLI',
    application_type: 'native',
    scope: 'openid offline_access',
  },
  metadataDocument: 'https://github.com/copilot/cli/client-metadata.json',
  browserOrigins: [],
  forget: ({ serverName }) =>
    `Delete the file of ${serverName} in ~/.copilot/mcp-oauth-config, then log in again by \`/mcp\` in Copilot CLI.`,
  configFile,
  snippets: onlyConfigSnippet(configFile, 'Copilot CLI opens the login at its next start, or by `/mcp`.'),
}
