import type { ClientProfile, ConfigFile } from './client-profile.ts'
import { onlyConfigSnippet } from './config-snippet.ts'

const configFile: ConfigFile = {
  // The default of %APPDATA%.
  path: (platform) =>
    platform === 'win32' ? '~/AppData/Roaming/Zed/settings.json' : '~/.config/zed/settings.json',
  format: 'json',
  entryPath: ({ serverName }) => ['context_servers', serverName],
  entry: ({ mcpUrl }) => ({ url: mcpUrl }),
}

/** Zed. Its registration comes from its source code: it prefers a client metadata document where the server takes it. */
export const zed: ClientProfile = {
  name: 'zed',
  title: 'Zed',
  recordedVersion: undefined,
  registration: {
    redirect_uris: ['http://127.0.0.1:49813/callback'],
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    client_name: 'Zed',
  },
  metadataDocument: 'https://zed.dev/oauth/client-metadata.json',
  browserOrigins: [],
  forget: ({ serverName }) =>
    `Sign out of ${serverName} in Zed's agent settings, under MCP servers, and sign in again: Zed then registers again.`,
  configFile,
  snippets: onlyConfigSnippet(configFile, "Then sign in by the server's entry in Zed's agent settings."),
}
