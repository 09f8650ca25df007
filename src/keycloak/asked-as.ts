import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP } from 'node:net'

import { unreachable } from '../config/unreachable.ts'

/** Limit for the whole response. */
const TIMEOUT_MS = 10_000

/** Maximum size of a response, larger than any metadata. */
const MAX_CHARACTERS = 1_000_000

/** The response to a request under another host name. */
export interface AnswerAs {
  readonly status: number
  readonly body: string
}

/**
 * Sends a request with another name in the `Host` header, as a container would.
 *
 * @param host `keycloak:8080`
 * @throws {McpKeycloakError} `KEYCLOAK_UNREACHABLE`
 */
export async function askedAs(url: string, host: string): Promise<AnswerAs> {
  const { protocol, hostname, origin } = new URL(url)
  const request = protocol === 'https:' ? requestHttps : requestHttp
  const isAddress = isIP(hostname.replace(/^\[|\]$/g, '')) > 0
  const servername = isAddress ? '' : hostname // Node would take it from the header, and check the certificate for that
  const signal = AbortSignal.timeout(TIMEOUT_MS)
  return new Promise((resolve, fail) => {
    const reject = (cause: Error) =>
      fail(unreachable(origin, signal.aborted ? new Error(`no answer within ${TIMEOUT_MS / 1000} s`) : cause))
    const sent = request(url, { headers: { host }, servername, signal }, (response) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        body += chunk
        if (body.length > MAX_CHARACTERS) sent.destroy(new Error('The answer is longer than 1 MB'))
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }))
      response.on('error', reject)
    })
    sent.on('error', reject)
    sent.on('close', () => reject(new Error('The connection ended without an answer')))
    sent.end()
  })
}
