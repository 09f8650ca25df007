import { shellWord } from '../config/shell-word.ts'
import type { SnippetTarget } from '../config/snippet.ts'
import { printableJson } from '../printable.ts'
import type { ClientProfile, RegistrationBody } from './client-profile.ts'

/** Time for a first login with a consent page. The default of mcp-remote, 30 seconds, is too short. */
const AUTH_TIMEOUT_SECONDS = 300

/** The registration of mcp-remote 0.15.1 for every program that starts it. Its port depends on the MCP URL. */
export const MCP_REMOTE_REGISTRATION: RegistrationBody = {
  redirect_uris: ['http://localhost:16442/oauth/callback'],
  token_endpoint_auth_method: 'client_secret_post',
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  client_name: 'MCP CLI Proxy',
  client_uri: 'https://github.com/modelcontextprotocol/mcp-cli',
  application_type: 'native',
  scope: 'openid offline_access',
  software_id: '2e6dc280-f3c3-4e01-99a7-8181dbd1d23d',
  software_version: '0.15.1',
}

/** The instruction that makes mcp-remote forget its client. */
export const FORGET_MCP_REMOTE = 'Delete the folder ~/.mcp-auth (or $MCP_REMOTE_CONFIG_DIR)'

/** Builds the entry for a program that can only start commands: it starts mcp-remote. */
export function mcpRemoteEntry(target: SnippetTarget): Readonly<Record<string, unknown>> {
  return { command: 'npx', args: ['-y', 'mcp-remote@latest', ...mcpRemoteArguments(target)] }
}

/** mcp-remote, the bridge for programs that can only start commands. */
export const mcpRemote: ClientProfile = {
  name: 'mcp-remote',
  title: 'mcp-remote',
  recordedVersion: '0.15.1',
  registration: MCP_REMOTE_REGISTRATION,
  browserOrigins: [],
  forget: () => `${FORGET_MCP_REMOTE}, then start it again.`,
  configFile: undefined,
  snippets: (target) => [
    {
      title: 'Log in and list the tools',
      language: 'sh',
      code: `npx -y -p mcp-remote@latest mcp-remote-client ${mcpRemoteArguments(target).map(shellWord).join(' ')}`,
    },
    {
      title: 'In a program that can only start commands',
      language: 'json',
      code: printableJson({ mcpServers: { [target.serverName]: mcpRemoteEntry(target) } }, 2),
    },
  ],
}

function mcpRemoteArguments({ mcpUrl }: SnippetTarget): readonly string[] {
  const { protocol, hostname } = new URL(mcpUrl)
  // The rule of mcp-remote: plain http requires an option, except for these two names.
  const needsConsent = protocol === 'http:' && hostname !== 'localhost' && hostname !== '127.0.0.1'
  return [mcpUrl, '--auth-timeout', String(AUTH_TIMEOUT_SECONDS), ...(needsConsent ? ['--allow-http'] : [])]
}
