import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'

import { exportJWK, exportPKCS8, generateKeyPair, SignJWT } from 'jose'

/** A path, and who answers there. */
export type Routes = Readonly<Record<string, RequestListener>>

/** A small authorization server whose every answer can be replaced. */
export interface AuthorizationServerOptions {
  readonly issuer: string
  /** Members of its metadata that differ. */
  readonly metadata?: Readonly<Record<string, unknown>>
  /** Answers that differ, by the last part of their path: `register`, `auth`, `login`, `token`, `certs`, `metadata`. */
  readonly answers?: Routes
  /** Whether users log in on a page of its own; else everybody is let in. */
  readonly hasLoginPage: boolean
  /** Sees each request body. */
  readonly onBody?: (body: string) => void
  /** Sees each access token. */
  readonly onToken?: (token: string) => void
}

const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true })

/** Its signing key, PKCS#8. */
export const KEY_PEM = await exportPKCS8(privateKey)

const JWKS = { keys: [{ ...(await exportJWK(publicKey)), kid: 'k', alg: 'RS256', use: 'sig' }] }

const loginPage = (query: URLSearchParams) =>
  `<h1 id="kc-page-title">Sign in</h1><form id="kc-form-login" action="login?${query}" method="post">
  <input name="username"><input name="password" type="password"></form>`

/** A token of it. */
export function signedToken(issuer: string, claims: Readonly<Record<string, unknown>>): Promise<string> {
  const good = { scope: 'openid', typ: 'Bearer', realm_access: { roles: ['user', 'admin'] } }
  return new SignJWT({ ...good, ...claims })
    .setProtectedHeader({ alg: 'RS256', kid: 'k' })
    .setIssuer(issuer)
    .setSubject('42')
    .setIssuedAt()
    .setExpirationTime('5m')
    .sign(privateKey)
}

/** The routes of the server, by whole path. */
export function authorizationServerRoutes(options: AuthorizationServerOptions): Routes {
  const { issuer, hasLoginPage, answers = {}, onBody = () => {}, onToken = () => {} } = options
  const { pathname, origin } = new URL(issuer)
  const path = pathname === '/' ? '' : pathname
  const codes = new Map<string, URLSearchParams>()
  const withCode = (query: URLSearchParams) => {
    const code = Math.random().toString(36).slice(2)
    codes.set(code, query)
    return `${query.get('redirect_uri')}?code=${code}&state=${query.get('state')}`
  }
  const json =
    (status: number, value: unknown): RequestListener =>
    (_, response) =>
      void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
  const good: Routes = {
    metadata: json(200, {
      issuer,
      authorization_endpoint: `${issuer}/auth`,
      token_endpoint: `${issuer}/token`,
      registration_endpoint: `${issuer}/register`,
      jwks_uri: `${issuer}/protocol/openid-connect/certs`,
      scopes_supported: ['openid', 'roles', 'offline_access'],
      code_challenge_methods_supported: ['S256'],
      ...options.metadata,
    }),
    certs: json(200, JWKS),
    register: json(201, {
      client_id: 'c',
      registration_access_token: 't',
      registration_client_uri: `${issuer}/client`,
    }),
    client: (_, response) => void response.writeHead(204).end(),
    auth(request, response) {
      const query = new URL(request.url ?? '', origin).searchParams
      if (hasLoginPage) response.writeHead(200, { 'content-type': 'text/html' }).end(loginPage(query))
      else response.writeHead(302, { location: withCode(query) }).end()
    },
    login(request, response) {
      const query = new URL(request.url ?? '', origin).searchParams
      response.writeHead(302, { location: withCode(query) }).end()
    },
    async token(request, response) {
      const form = new URLSearchParams(await bodyOf(request))
      const code = form.get('code') ?? form.get('refresh_token') ?? ''
      const query = codes.get(code) ?? new URLSearchParams()
      const scope = query.get('scope') ?? 'openid'
      const access_token = await signedToken(issuer, { aud: query.get('resource') ?? issuer, scope })
      const typ = scope.includes('offline_access') ? 'Offline' : 'Refresh'
      const refresh_token = await signedToken(issuer, { typ })
      codes.set(refresh_token, query)
      onToken(access_token)
      json(200, { access_token, refresh_token, token_type: 'Bearer', expires_in: 300 })(request, response)
    },
    realm: json(200, {}),
  }
  const paths = { ...Object.fromEntries(Object.keys(good).map((name) => [name, `${path}/${name}`])) }
  const routes = {
    ...paths,
    metadata: `/.well-known/oauth-authorization-server${path}`,
    certs: `${path}/protocol/openid-connect/certs`, // where test servers look for a realm's keys
    realm: path || '/realm',
  }
  return Object.fromEntries(
    Object.entries(routes).map(([name, at]): [string, RequestListener] => [
      at,
      (request, response) => {
        request.on('data', (chunk: Buffer) => onBody(String(chunk)))
        ;(answers[name] ?? good[name])?.(request, response)
      },
    ]),
  )
}

async function bodyOf(request: AsyncIterable<Buffer>): Promise<string> {
  let text = ''
  for await (const chunk of request) text += chunk
  return text
}

/** An authorization server on a port of its own, as a realm named `hostile`. */
export async function startAuthorizationServer(
  differs: (issuer: string) => Omit<AuthorizationServerOptions, 'issuer'>,
): Promise<{ readonly url: string; readonly issuer: string } & AsyncDisposable> {
  let routes: Routes = {}
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '', 'http://x')
    const route = routes[pathname]
    if (route) route(request, response)
    else response.writeHead(404).end()
  })
  server.on('connection', (socket) => socket.on('error', () => {}))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://localhost:${(server.address() as AddressInfo).port}`
  const issuer = `${url}/realms/hostile`
  routes = authorizationServerRoutes({ issuer, ...differs(issuer) })
  return {
    url,
    issuer,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
