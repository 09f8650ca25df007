import { existsSync } from 'node:fs'
import { inspect } from 'node:util'

import { auth } from '@modelcontextprotocol/sdk/client/auth.js'
import { execa } from 'execa'
import { createLocalJWKSet, exportJWK, generateKeyPair, jwtVerify, SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'

import { scanText } from '../../../src/explain/scan.ts'
import { PYTHON } from '../../helpers/projects/python.ts'
import { needs } from '../../helpers/suite/needs.ts'

function scan(text: string) {
  const scanning = scanText()
  for (const line of text.split('\n')) scanning.push(line)
  return scanning.findings().map(({ cause, ecosystem }) => [cause, ecosystem?.name])
}

const { privateKey, publicKey } = await generateKeyPair('RS256')
const stranger = await generateKeyPair('RS256')
const keys = createLocalJWKSet({ keys: [{ ...(await exportJWK(publicKey)), kid: 'a', alg: 'RS256' }] })

/** Signs a token, with the claims of a realm. */
const token = ({ kid = 'a', key = privateKey, exp = '1h' }) =>
  new SignJWT({ aud: 'account', iss: 'http://localhost:8080/realms/x' })
    .setProtectedHeader({ alg: 'RS256', kid })
    .setExpirationTime(exp)
    .sign(key)

const verified = async (options: Parameters<typeof token>[0], expected: object) =>
  jwtVerify(await token(options), keys, expected).then(() => 'it did not fail', inspect)

describe('the words of the real jose', () => {
  it.each<readonly [string, Parameters<typeof token>[0], object]>([
    ['audience', {}, { audience: 'http://localhost:8000/mcp' }],
    ['issuer', {}, { issuer: 'http://keycloak:8080/realms/x' }],
    ['expiry', { exp: '-1h' }, {}],
    ['key-not-found', { kid: 'b' }, {}],
    ['signature', { key: stranger.privateKey }, {}],
    ['signature', {}, { algorithms: ['ES256'] }],
  ])('have the cause %s', async (cause, options, expected) => {
    expect(scan(await verified(options, expected))[0]).toEqual([cause, 'node'])
  })
})

it('the words of the real MCP TypeScript SDK have the cause missing-metadata', async () => {
  const none = async () => new Response('', { status: 500 })
  const provider = { clientMetadata: { redirect_uris: ['http://localhost:1/cb'] } } as never
  const text = await auth(provider, { serverUrl: 'http://localhost:1/mcp', fetchFn: none }).then(
    String,
    inspect,
  )
  expect(scan(text)[0]?.[0], text).toBe('missing-metadata')
})

it('the words of Node have the cause host-unreachable', async () => {
  const refused = await fetch('http://127.0.0.1:65529/').then(String, (error: Error) => inspect(error))
  expect(scan(refused)[0]?.[0], refused).toBe('host-unreachable')
})

/** Failures of PyJWT, joserfc and Authlib as a traceback, one after the other. */
const PYTHON_FAILURES = `
import json, sys, time, traceback
import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
key, other = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))
def token(key=key, **claims):
    return jwt.encode({'aud': 'account', 'iss': 'http://localhost:8080/realms/x', 'exp': time.time() + 60} | claims, key, algorithm='RS256')
def failing(work):
    try:
        work()
    except Exception:
        return traceback.format_exc()
    return 'it did not fail'
def decode(value, **options):
    return lambda: jwt.decode(value, key.public_key(), algorithms=options.pop('algorithms', ['RS256']), **options)
ok = {'audience': 'account'}
print(json.dumps({
    'audience': failing(decode(token(), audience='http://localhost:8000/mcp')),
    'issuer': failing(decode(token(), issuer='http://keycloak:8080/realms/x', **ok)),
    'expiry': failing(decode(token(exp=1), **ok)),
    'signature': failing(decode(token(other), **ok)),
    'keys-unreachable': failing(lambda: jwt.PyJWKClient('http://127.0.0.1:9/certs').fetch_data()),
}))
`

describe('the words of the real PyJWT', needs(existsSync(PYTHON), 'Python'), () => {
  it('have their causes', async () => {
    const { stdout } = await execa(PYTHON, ['-c', PYTHON_FAILURES])
    for (const [cause, text] of Object.entries<string>(JSON.parse(stdout))) {
      expect(scan(text)[0], text).toEqual([cause, 'python'])
    }
  })
})

it(
  'the words of the real .NET have their causes',
  needs(false, '.NET, which the registries do not have'),
  () => {},
)
