import { generateKeyPair, type KeyObject, sign } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'

import { exportJWK, type JWK } from 'jose'

/** The header parameters that name the URL of a key. */
export type KeyUrl = 'jku' | 'x5u'

/** A server on loopback that publishes a key of mcp-keycloak. */
export interface KeyServer extends AsyncDisposable {
  /** Base URL. The path of each key is the name of its header parameter. */
  readonly url: string
  readonly privateKey: KeyObject
  readonly jwk: JWK & { readonly kid: string }
  /** Whether the key was requested. */
  wasAsked(kind: KeyUrl): boolean
}

/** Starts a server that offers the same new key as JWK Set (`jku`) and as certificate (`x5u`). */
export async function startKeyServer(): Promise<KeyServer> {
  const { privateKey, publicKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })
  const jwk = { ...(await exportJWK(publicKey)), kid: 'mcp-keycloak-verify', alg: 'RS256', use: 'sig' }
  const bodies: Readonly<Record<KeyUrl, string>> = {
    jku: JSON.stringify({ keys: [jwk] }),
    x5u: selfSigned(privateKey, publicKey),
  }
  const asked = new Set<KeyUrl>()
  const server = createServer(({ url }, response) => {
    const kind = (['jku', 'x5u'] as const).find((one) => url === `/${one}`)
    if (kind) asked.add(kind)
    const type = kind === 'x5u' ? 'application/pem-certificate-chain' : 'application/json'
    response.writeHead(kind ? 200 : 404, { 'content-type': type }).end(kind && bodies[kind])
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    privateKey,
    jwk,
    wasAsked: (kind) => asked.has(kind),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await promisify(server.close.bind(server))()
    },
  }
}

const DAY_MS = 86_400_000

/** The common name of the certificate. */
const SUBJECT = 'mcp-keycloak'

/**
 * Creates a self-signed certificate that is valid for a day.
 *
 * @returns PEM
 * @see {@link https://www.rfc-editor.org/rfc/rfc5280.html#section-4.1 RFC 5280 §4.1}
 */
function selfSigned(privateKey: KeyObject, publicKey: KeyObject): string {
  const hex = (text: string) => Buffer.from(text, 'hex')
  const sha256WithRsa = der(0x30, hex('06092a864886f70d01010b0500'))
  const commonName = der(0x30, hex('0603550403'), der(0x0c, Buffer.from(SUBJECT)))
  const name = der(0x30, der(0x31, commonName))
  const time = (ms: number) =>
    der(0x17, Buffer.from(`${new Date(ms).toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`))
  const validity = der(0x30, time(Date.now() - DAY_MS), time(Date.now() + DAY_MS))
  const version = der(0xa0, hex('020102'))
  const serialNumber = hex('020101')
  const key = publicKey.export({ type: 'spki', format: 'der' })
  const content = der(0x30, version, serialNumber, sha256WithRsa, name, validity, name, key)
  const signature = der(0x03, Buffer.from([0]), sign('sha256', content, privateKey))
  const base64 = der(0x30, content, sha256WithRsa, signature).toString('base64')
  return `-----BEGIN CERTIFICATE-----\n${base64.replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`
}

/** Encodes a value of ASN.1 that is shorter than 64 kB. */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts)
  const { length } = body
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.from([tag, ...size]), body])
}
