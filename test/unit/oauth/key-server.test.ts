import { X509Certificate } from 'node:crypto'

import { createRemoteJWKSet, decodeProtectedHeader, importX509, jwtVerify, UnsecuredJWT } from 'jose'
import { expect, it, onTestFinished } from 'vitest'

import { attackTokens } from '../../../src/oauth/attack-tokens.ts'
import { startKeyServer } from '../../../src/oauth/key-server.ts'

const GOOD = new UnsecuredJWT({ sub: 'user' }).encode()

async function keyServer() {
  const server = await startKeyServer()
  onTestFinished(() => server[Symbol.asyncDispose]())
  return server
}

it('the key server serves the key of "jku" and counts requests', async () => {
  const offered = await keyServer()
  const [token = ''] = await attackTokens('jku', GOOD, { keys: [], offered })
  const { jku } = decodeProtectedHeader(token)
  expect(offered.wasAsked('jku')).toBe(false)
  const { payload } = await jwtVerify(token, createRemoteJWKSet(new URL(`${jku}`)))
  expect([payload.sub, offered.wasAsked('jku'), offered.wasAsked('x5u')]).toEqual(['user', true, false])
})

it('offers a certificate for the key of a token at the URL in "x5u"', async () => {
  const offered = await keyServer()
  const [token = ''] = await attackTokens('x5u', GOOD, { keys: [], offered })
  const pem = await (await fetch(`${decodeProtectedHeader(token).x5u}`)).text()
  const certificate = new X509Certificate(pem)
  expect([certificate.subject, certificate.verify(certificate.publicKey)]).toEqual(['CN=mcp-keycloak', true])
  expect(Date.parse(certificate.validFrom)).toBeLessThan(Date.now())
  expect(Date.parse(certificate.validTo)).toBeGreaterThan(Date.now())
  expect((await jwtVerify(token, await importX509(pem, 'RS256'))).payload.sub).toBe('user')
})

it('answers nothing else, and is gone at its end', async () => {
  const server = await startKeyServer()
  expect((await fetch(`${server.url}/other`)).status).toBe(404)
  await server[Symbol.asyncDispose]()
  await expect(fetch(`${server.url}/jku`)).rejects.toThrow('fetch failed')
})

it('is needed for a token that names or brings its key', async () => {
  for (const kind of ['jku', 'x5u', 'jwk'] as const)
    expect(await attackTokens(kind, GOOD, { keys: [] })).toEqual([])
})
