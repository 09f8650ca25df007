import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP } from 'node:net'

const TIMEOUT_MS = 10_000

/** An answer to a question that was asked under another name. */
export interface AnswerAs {
  readonly status: number
  readonly body: string
}

/**
 * Asks a server as somebody who reaches it by another name, e.g. a container: with that name in the `Host` header.
 *
 * @param host `keycloak:8080`
 */
export function askedAs(url: string, host: string): Promise<AnswerAs> {
  const { protocol, hostname } = new URL(url)
  const request = protocol === 'https:' ? requestHttps : requestHttp
  const isAddress = isIP(hostname.replace(/^\[|\]$/g, '')) > 0
  const servername = isAddress ? '' : hostname // Node would take it from the header, and check the certificate for that
  return new Promise((resolve, reject) => {
    const sent = request(url, { headers: { host }, servername, timeout: TIMEOUT_MS }, (response) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        body += chunk
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }))
      response.on('error', reject)
    })
    sent.on('timeout', () => sent.destroy(new Error(`no answer within ${TIMEOUT_MS / 1000} seconds`)))
    sent.on('error', reject)
    sent.end()
  })
}
