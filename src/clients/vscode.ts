import type { ClientProfile, ConfigFile } from './client-profile.ts'
import { onlyConfigSnippet } from './config-snippet.ts'

const configFile: ConfigFile = {
  path: () => '.vscode/mcp.json',
  format: 'json',
  entryPath: ({ serverName }) => ['servers', serverName],
  entry: ({ mcpUrl }) => ({ type: 'http', url: mcpUrl }),
}

/** Visual Studio Code. Its registration comes from its source code. */
export const vscode: ClientProfile = {
  name: 'vscode',
  title: 'VS Code',
  recordedVersion: undefined,
  registration: {
    redirect_uris: [
      'https://insiders.vscode.dev/redirect',
      'https://vscode.dev/redirect',
      'http://127.0.0.1/',
      'http://127.0.0.1:33418/',
    ],
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
    response_types: ['code'],
    client_name: 'Visual Studio Code',
    client_uri: 'https://code.visualstudio.com',
    application_type: 'native',
    scope: 'openid',
  },
  metadataDocument: 'https://vscode.dev/oauth/client-metadata.json',
  browserOrigins: [],
  forget: () =>
    'Run "Authentication: Remove Dynamic Authentication Providers" from the command palette and tick the entry of this realm.',
  configFile,
  snippets: onlyConfigSnippet(configFile, 'Press Start above the entry; VS Code then asks to log in.'),
}
