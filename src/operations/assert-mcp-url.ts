import { command } from '../config/command.ts'
import { mcpUrl } from '../config/values.ts'
import { McpKeycloakError } from '../errors.ts'

/**
 * Refuses an invalid MCP URL before any request.
 *
 * @param call returns the command for another URL, for the error's text
 * @throws {McpKeycloakError} `USAGE_INVALID`
 */
export function assertMcpUrl(text: string, call: (url: string) => string): void {
  const { error } = mcpUrl.safeParse(text)
  const { username, password } = URL.parse(text) ?? {}
  if (username || password) {
    throw new McpKeycloakError('USAGE_INVALID', {
      what: 'The MCP URL has a user name or a password in it.',
      why: 'An MCP server is logged in to by a token; such a URL is that of no resource.',
      fix: `Give it without: ${call('http://localhost:8000/mcp')}`,
    })
  }
  if (!error) return
  const withoutScheme = /^[\w.-]+(:\d+)?(\/|$)/.test(text)
  throw new McpKeycloakError('USAGE_INVALID', {
    what: `${JSON.stringify(text)} is not a valid MCP URL.`,
    why: `It ${error.issues[0]?.message}.`,
    fix: call(withoutScheme ? `http://${text}` : 'http://localhost:8000/mcp'),
  })
}

/** Names of this machine that need no name service. */
const THIS_MACHINE: readonly (string | undefined)[] = ['localhost', '127.0.0.1', '[::1]']

/**
 * Refuses the URL of another machine that only a config file names. The user did not ask for requests to that host.
 *
 * @throws {McpKeycloakError} `CONFIG_UNTRUSTED`
 */
export function assertOnThisMachine(url: string | undefined): void {
  if (url === undefined || THIS_MACHINE.includes(URL.parse(url)?.hostname)) return
  throw new McpKeycloakError('CONFIG_UNTRUSTED', {
    what: `verify sends no requests to ${url} without your word.`,
    why: 'Only the config file names that URL, and it is not on this machine.',
    fix: command('verify', url),
  })
}
