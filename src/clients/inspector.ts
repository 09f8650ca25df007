import { shellWord } from '../config/shell-word.ts'
import type { SnippetTarget } from '../config/snippet.ts'
import type { ClientProfile, ConfigFile } from './client-profile.ts'
import { configSnippet } from './config-snippet.ts'

const PROGRAM = 'npx -y @modelcontextprotocol/inspector@latest'

const configFile: ConfigFile = {
  path: () => '~/.mcp-inspector/mcp.json',
  format: 'json',
  entryPath: ({ serverName }) => ['mcpServers', serverName],
  entry: ({ mcpUrl }) => ({ type: 'streamable-http', url: mcpUrl }),
}

/** MCP Inspector 2: its page, and its command line. */
export const inspector: ClientProfile = {
  name: 'inspector',
  title: 'MCP Inspector',
  recordedVersion: '2.12.0',
  registration: {
    redirect_uris: ['http://127.0.0.1:6274/oauth/callback'],
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    client_name: 'MCP Inspector',
    client_uri: 'https://github.com/modelcontextprotocol/inspector',
    application_type: 'native',
    scope: 'openid offline_access',
  },
  // Inspector 2 calls Keycloak from Node; these are for the "direct" mode of Inspector 1.
  browserOrigins: ['http://localhost:6274', 'http://127.0.0.1:6274'],
  forget: (target) =>
    `Log in again with \`${listTools(target)} --relogin\`, or stop the Inspector and delete ~/.mcp-inspector/storage/oauth.json.`,
  configFile,
  snippets: (target, platform) => [
    {
      title: 'In the browser',
      language: 'sh',
      code: `${PROGRAM} --web --transport http --server-url ${shellWord(target.mcpUrl)}`,
      note: 'Requires Node 22.19 or later. Open the printed address, then switch the server on to log in.',
    },
    { title: 'On the command line', language: 'sh', code: listTools(target) },
    configSnippet(configFile, target, platform),
  ],
}

function listTools({ mcpUrl }: SnippetTarget): string {
  return `${PROGRAM} --cli --transport http --server-url ${shellWord(mcpUrl)} --method tools/list`
}
