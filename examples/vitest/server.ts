import type { Server } from 'node:http'

import {
  createMcpExpressApp,
  getOAuthProtectedResourceMetadataUrl,
  requireBearerAuth,
} from '@modelcontextprotocol/express'
import { toNodeHandler } from '@modelcontextprotocol/node'
import {
  type AuthInfo,
  createMcpHandler,
  McpServer,
  OAuthError,
  OAuthErrorCode,
  requireScopes,
} from '@modelcontextprotocol/server'
import { createRemoteJWKSet, type JWTPayload, jwtVerify } from 'jose'

/** Where the server is, and whose tokens it takes. */
interface Options {
  readonly issuer: string
  readonly mcpUrl: string
}

const SCOPES = ['openid', 'notes:write']

const claimsOf = (authInfo: AuthInfo | undefined) => (authInfo?.extra?.claims ?? {}) as JWTPayload
const rolesOf = (claims: JWTPayload) => (claims.realm_access as { roles?: string[] } | undefined)?.roles ?? []
const text = (value: string) => ({ content: [{ type: 'text' as const, text: value }] })

/** Starts an MCP server for notes. Adding needs a scope, and only admins delete. */
export async function startServer({ issuer, mcpUrl }: Options): Promise<AsyncDisposable> {
  const keys = createRemoteJWKSet(new URL(`${issuer}/protocol/openid-connect/certs`))
  const verifyAccessToken = async (token: string): Promise<AuthInfo> => {
    const options = { issuer, audience: mcpUrl, algorithms: ['RS256'], requiredClaims: ['sub', 'exp'] }
    const { payload } = await jwtVerify(token, keys, options).catch(() => {
      throw new OAuthError(OAuthErrorCode.InvalidToken, 'Not a valid token for this server')
    })
    const { azp, scope, exp = 0 } = payload
    return {
      token,
      clientId: String(azp),
      scopes: String(scope ?? '').split(' '),
      expiresAt: exp,
      extra: { claims: payload },
    }
  }
  const notes = ['buy milk']
  const handler = createMcpHandler(() => {
    const server = new McpServer({ name: 'notes', version: '1.0.0' })
    server.registerTool('list', { description: 'List all notes.' }, () => text(notes.join('\n')))
    const add = { description: 'Add a greeting.', scopeChallenge: requireScopes('notes:write') }
    server.registerTool('add', add, ({ http }) => {
      notes.push(`${claimsOf(http?.authInfo).preferred_username} was here`)
      return text(notes.at(-1) ?? '')
    })
    server.registerTool('clear', { description: 'Delete all notes.' }, ({ http }) => {
      if (!rolesOf(claimsOf(http?.authInfo)).includes('admin'))
        return { ...text('Only admins'), isError: true }
      return text(String(notes.splice(0).length))
    })
    return server
  })

  const url = new URL(mcpUrl)
  const app = createMcpExpressApp({ host: '127.0.0.1' })
  const resourceMetadataUrl = getOAuthProtectedResourceMetadataUrl(url)
  app.get(new URL(resourceMetadataUrl).pathname, (_request, response) => {
    response.set('Access-Control-Allow-Origin', '*').json({
      resource: mcpUrl,
      authorization_servers: [issuer],
      scopes_supported: SCOPES,
      bearer_methods_supported: ['header'],
    })
  })
  const auth = { verifier: { verifyAccessToken }, resourceMetadataUrl }
  const serve = toNodeHandler(handler)
  app.all(
    url.pathname,
    requireBearerAuth(auth),
    requireBearerAuth({ ...auth, requiredScopes: ['openid'] }),
    (request, response) => serve(request, response, request.body),
  )
  const listening = await new Promise<Server>((resolve) => {
    const server: Server = app.listen(Number(url.port), '127.0.0.1', () => resolve(server))
  })
  return {
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        listening.close(() => resolve())
        listening.closeAllConnections()
      }),
  }
}
