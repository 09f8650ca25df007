import { shellWord } from '../config/shell-word.ts'
import type { PreregisteredClient, Snippet, SnippetTarget } from '../config/snippet.ts'
import type { ClientProfile, ConfigFile } from './client-profile.ts'
import { configSnippet } from './config-snippet.ts'

const configFile: ConfigFile = {
  path: () => '.mcp.json',
  format: 'json',
  mayBeBare: true, // plugins use this format
  entryPath: ({ serverName }) => ['mcpServers', serverName],
  entry: ({ mcpUrl }) => ({ type: 'http', url: mcpUrl }),
}

/** Claude Code, in the terminal. */
export const claudeCode: ClientProfile = {
  name: 'claude-code',
  title: 'Claude Code',
  recordedVersion: '2.1.329',
  registration: {
    redirect_uris: ['http://localhost:54545/callback'],
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    client_name: 'Claude Code (my-server)',
    application_type: 'native',
    scope: 'openid offline_access',
  },
  metadataDocument: 'https://claude.ai/oauth/claude-code-client-metadata',
  browserOrigins: [],
  forget: ({ serverName }) =>
    `Run \`claude mcp logout ${serverName}\`, then \`claude mcp login ${serverName}\`. If the old id comes back, delete the server's ` +
    'entry under "mcpOAuth" in ~/.claude/.credentials.json (macOS: keychain item "Claude Code-credentials").',
  configFile,
  snippets: (target, platform) => [
    {
      title: 'With automatic registration',
      language: 'sh',
      code: commands(target, ''),
    },
    ...(target.preregistered === undefined ? [] : [withoutRegistration(target, target.preregistered)]),
    configSnippet(
      configFile,
      target,
      platform,
      'Applies to everyone who works in this folder. Claude Code asks once whether to trust the file.',
    ),
  ],
}

function withoutRegistration(target: SnippetTarget, client: PreregisteredClient): Snippet {
  return {
    title: 'With the existing client',
    language: 'sh',
    code: commands(
      target,
      ` --client-id ${shellWord(client.clientId)} --callback-port ${client.callbackPort}`,
    ),
    note: 'Needs no registration and no consent page, and still works after a reset of the realm.',
  }
}

function commands({ serverName, mcpUrl }: SnippetTarget, options: string): string {
  return `claude mcp add --transport http ${serverName} ${shellWord(mcpUrl)}${options}\nclaude mcp login ${serverName}`
}
