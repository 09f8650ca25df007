import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

import { createRemoteJWKSet, type JWTPayload, jwtVerify } from 'jose'

/** Whom a downstream API serves. */
export interface ApiRules {
  readonly issuer: string
  /** Its own client, which has to be the one audience of a token. */
  readonly audience: string
  /** The MCP server's client: nobody else may call. */
  readonly caller: string
  readonly scope: string
}

/** A downstream API that runs. */
export interface RunningApi {
  readonly url: string
  [Symbol.asyncDispose](): Promise<void>
}

/** Runs a small real HTTP API that takes exchanged tokens, and no others, and answers with whose they are. */
export async function startDownstreamApi(rules: ApiRules): Promise<RunningApi> {
  const keys = createRemoteJWKSet(new URL(`${rules.issuer}/protocol/openid-connect/certs`))
  const server = createServer(async (request, response) => {
    const answer = await jwtVerify(bearer(request), keys, { issuer: rules.issuer, audience: rules.audience })
      .then(({ payload }) => check(payload, rules))
      .catch((error: Error) => ({ status: 401, body: { refused: error.message } }))
    response.writeHead(answer.status, { 'content-type': 'application/json' })
    response.end(JSON.stringify(answer.body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

function bearer({ headers }: IncomingMessage): string {
  return headers.authorization?.replace(/^Bearer /, '') ?? ''
}

function check(claims: JWTPayload, { audience, caller, scope }: ApiRules): { status: number; body: unknown } {
  const faults = [
    ...(claims.aud === audience ? [] : [`aud is ${JSON.stringify(claims.aud)}`]),
    ...(claims.azp === caller ? [] : [`azp is ${claims.azp}`]),
    ...(String(claims.scope).split(' ').includes(scope) ? [] : [`scope is "${claims.scope}"`]),
    ...(typeof claims.userLoginId === 'string' ? [] : ['there is no userLoginId']),
  ]
  if (faults.length > 0) return { status: 403, body: { refused: faults.join(', ') } }
  return { status: 200, body: { userLoginId: claims.userLoginId, subject: claims.sub } }
}
