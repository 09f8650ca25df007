import { printableJson } from '../printable.ts'
import type { ClientProfile } from './client-profile.ts'

/** Goose. Its registration comes from its source code: it prefers a client metadata document where the server takes it. */
export const goose: ClientProfile = {
  name: 'goose',
  title: 'Goose',
  recordedVersion: undefined,
  registration: {
    redirect_uris: ['http://127.0.0.1:49814/oauth_callback'],
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    client_name: 'goose',
  },
  metadataDocument: 'https://goose-docs.ai/oauth/client-metadata.json',
  browserOrigins: [],
  forget: ({ serverName }) =>
    `Remove the extension ${serverName} with \`goose configure\` and add it again: Goose then registers again.`,
  configFile: undefined,
  snippets: ({ serverName, mcpUrl }) => [
    {
      title: 'In the configuration file',
      language: 'yaml',
      code: `extensions:
  ${serverName}:
    enabled: true
    type: streamable_http
    name: ${serverName}
    uri: ${printableJson(mcpUrl)}
    timeout: 300`,
      file: '~/.config/goose/config.yaml',
      note: 'Goose opens the login when it starts the extension.',
    },
  ],
}
