import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import type { OAuthTokens } from '@modelcontextprotocol/sdk/shared/auth.js'

import { browserlessLogin, type Credentials } from '../../../src/oauth/browserless-login.ts'
import type { PlayedBrowser } from '../browser/played-browser.ts'
import { MemoryProvider } from './memory-provider.ts'

const REDIRECT_URI = 'http://localhost:3116/callback'

/** What a real MCP client saw on its way to a connection. */
export interface ConnectedClient {
  readonly client: Client
  /** The client id that it registered. */
  readonly clientId: string
  /** Logs in again with the same registration, as a program does whose session is gone. */
  logInAgain(): Promise<ConnectedClient>
  readonly tokens: OAuthTokens | undefined
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Connects with the MCP TypeScript SDK and its own OAuth code: discovery, registration, PKCE, token. Only the
 * browser is played: where the SDK would open one, the login and consent pages are gone through.
 *
 * @param browser for a server whose login has pages of its own
 */
export function connectMcpClient(
  mcpUrl: string,
  user: Credentials,
  browser?: PlayedBrowser,
): Promise<ConnectedClient> {
  return connect(mcpUrl, user, new MemoryProvider(REDIRECT_URI), browser)
}

async function connect(
  mcpUrl: string,
  user: Credentials,
  provider: MemoryProvider,
  browser?: PlayedBrowser,
): Promise<ConnectedClient> {
  const url = new URL(mcpUrl)
  const transport = new StreamableHTTPClientTransport(url, { authProvider: provider })
  const first = new Client({ name: 'e2e', version: '1.0.0' })
  await first.connect(transport).catch((error: Error) => {
    if (error.name !== 'UnauthorizedError' && !error.message.includes('Unauthorized')) throw error
  })
  if (!provider.authorizationUrl) throw new Error('the SDK was not asked to log in')
  const callback = browser
    ? await browser.open(provider.authorizationUrl, REDIRECT_URI)
    : await browserlessLogin(provider.authorizationUrl, REDIRECT_URI, user)
  await transport.finishAuth(callback.searchParams.get('code') ?? '')
  const client = new Client({ name: 'e2e', version: '1.0.0' })
  await client.connect(new StreamableHTTPClientTransport(url, { authProvider: provider }))
  return {
    client,
    clientId: provider.information?.client_id ?? '',
    tokens: provider.tokens(),
    logInAgain() {
      provider.forgetTokens()
      return connect(mcpUrl, user, provider, browser)
    },
    [Symbol.asyncDispose]: () => client.close(),
  }
}
