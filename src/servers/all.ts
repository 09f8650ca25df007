import { fastmcp } from './fastmcp.ts'
import { fastmcpOauthProxy } from './fastmcp-oauth-proxy.ts'
import { fastmcpTokenExchange } from './fastmcp-token-exchange.ts'
import { pythonSdk } from './python-sdk.ts'
import type { ServerProfile } from './server-profile.ts'
import { typescriptSdk } from './typescript-sdk.ts'
import { typescriptSdk2 } from './typescript-sdk-2.ts'

/** All known frameworks for MCP servers, in display order. */
export const SERVER_PROFILES: readonly ServerProfile[] = [
  fastmcp,
  fastmcpOauthProxy,
  fastmcpTokenExchange,
  pythonSdk,
  typescriptSdk,
  typescriptSdk2,
]
