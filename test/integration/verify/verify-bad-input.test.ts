import { once } from 'node:events'
import { createServer } from 'node:tls'

import { decodeJwt, decodeProtectedHeader } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import type { Config } from '../../../src/config/schema.ts'
import { type VerifyOptions, verify, verifyReportSchema } from '../../../src/operations/verify.ts'
import { freePort } from '../../../src/runtime/probe-port.ts'
import { externalConfig } from '../../helpers/keycloak/external-config.ts'
import { sharedKeycloak } from '../../helpers/keycloak/own-keycloak.ts'
import { selfSignedCertificate } from '../../helpers/keycloak/self-signed-certificate.ts'
import { sharedAdmin, type TestRealm, testRealm } from '../../helpers/keycloak/test-realm.ts'
import { type McpServerOptions, startMcpServer } from '../../helpers/mcp/mcp-server.ts'

const REALM = 'verify-bad-input'

let realm: TestRealm
let config: Config
let issuer: string
let port: number
beforeAll(async () => {
  port = await freePort()
  const mcpUrl = [`http://localhost:${port}/mcp`, `https://localhost:${port}/mcp`]
  realm = await testRealm(REALM, { mcpUrl, scope: ['kept:read'] })
  config = await externalConfig(sharedKeycloak(), { realm: REALM })
  issuer = realm.server.issuer
})
afterAll(() => realm[Symbol.asyncDispose]())

/** Verifies a server that differs from a right one; nothing of the walk may stay in the realm. */
async function run(options: Partial<McpServerOptions> = {}, how: VerifyOptions & { config?: Config } = {}) {
  await using server = await startMcpServer({ issuer, port, ...options })
  const before = await realm.countClients()
  const report = verifyReportSchema.parse(
    await verify(how.config ?? config, server.mcpUrl, { quick: true, ...how }),
  )
  expect(await realm.countClients()).toBe(before)
  return {
    report,
    server,
    by: (status: string) => report.checks.filter((check) => check.status === status).map(({ name }) => name),
    found: (wanted: string) => report.checks.find(({ name }) => name === wanted),
  }
}

const claimsOf = (token: string) => (token.split('.').length === 3 ? decodeJwt(token) : {})

it('finds nothing wrong with a server that is right, but for what it does not do for web pages', async () => {
  const { report, by, server } = await run()
  expect([by('fail'), by('warn'), by('skip')]).toEqual([[], ['browser'], []])
  expect(report.score).toEqual({ passed: 20, warned: 1, failed: 0, skipped: 0, of: 21 })
  const tokens = new Set(
    server.seen.flatMap(({ authorization }) => authorization?.replace('Bearer ', '') ?? []),
  )
  tokens.delete('garbage')
  const keys = new Set([...tokens].map((token) => decodeProtectedHeader(token).kid))
  expect([tokens.size, keys.size]).toEqual([8, 3]) // the other realm's token names another key, the unsigned one none
})

it('takes a scope for there that the metadata hide and clients may register with, and none that is not', async () => {
  const hidden = await run({ challenge: (url) => challenge(url, 'openid roles') })
  expect(hidden.by('fail')).toEqual([])
  const lacking = await run({ challenge: (url) => challenge(url, 'openid phone shop:buy') })
  expect(lacking.by('fail')).toEqual(['scopes'])
  expect(lacking.found('scopes')?.fix?.split('\n')).toEqual([
    `mcp-keycloak reset-realm --realm ${REALM} --scope kept:read --scope shop:buy`,
    expect.stringContaining('not ask for phone,'),
  ])
})

/** A challenge that asks for scopes. */
function challenge(mcpUrl: string, scope: string): string {
  const metadata = new URL('/.well-known/oauth-protected-resource/mcp', mcpUrl)
  return `Bearer scope="${scope}", error="invalid_token", resource_metadata="${metadata}"`
}

it('takes the MCP URL of the realm when none is given', async () => {
  expect(await verify(config)).toMatchObject({ mcpUrl: `http://localhost:${port}/mcp` })
})

describe('a server that accepts', () => {
  it('every token: every bad one is a fault', async () => {
    const { by, found } = await run({ accepts: () => true })
    expect(by('fail')).toEqual(['garbage', 'aud', 'iss', 'exp', 'scope', 'sig', 'none', 'another-realm'])
    expect(found('aud')?.what).toContain('for another server')
  })

  it('what it can read, without a look at the signature: the forged and the unsigned one are faults', async () => {
    const { by } = await run({
      accepts: (token) => {
        const { iss, aud = [], exp = 0, scope } = claimsOf(token)
        const isForIt = [aud].flat().includes(`http://localhost:${port}/mcp`)
        return (
          iss === issuer && isForIt && exp > Date.now() / 1000 && String(scope).split(' ').includes('openid')
        )
      },
    })
    expect(by('fail')).toEqual(['sig', 'none'])
  })
})

describe('a certificate that nobody vouches for', () => {
  it('is named; with --insecure it is accepted, and the whole walk is done', async () => {
    const tls = await selfSignedCertificate()
    const refused = await run({ tls })
    expect(refused.found('answers')).toMatchObject({
      status: 'fail',
      what: expect.stringMatching(new RegExp(`localhost:${port} is self-signed`)),
      fix: expect.stringContaining('--insecure'),
    })
    expect(refused.server.seen).toEqual([])
    const { by } = await run({ tls }, { insecure: true })
    expect(by('fail')).toEqual([])
  })
})

describe('a TLS handshake that fails', () => {
  it.each([
    ['HTTP/2 alone', { ALPNProtocols: ['h2'] }, 'speaks HTTP/2 only'],
    ['a client certificate', { requestCert: true, rejectUnauthorized: true }, 'refuses the TLS connection'],
  ])('is named: the server takes %s', async (_case, rules, what) => {
    const server = createServer({ ...(await selfSignedCertificate()), ...rules })
    server.on('tlsClientError', () => {}).listen(port, '127.0.0.1')
    await once(server, 'listening')
    const { checks } = await verify(config, `https://127.0.0.1:${port}/mcp`, { quick: true, insecure: true })
    server.close()
    expect(checks[0]).toMatchObject({ status: 'fail', what: `https://127.0.0.1:${port} ${what}` })
  })
})

describe('a walk that is interrupted', () => {
  it.each([
    'A client registers',
    'A user logs in',
    'With a good token',
    'Refuses an expired token (exp)',
    "Refuses another realm's token",
  ])('leaves nothing in Keycloak, when it is at: %s', async (title) => {
    await using server = await startMcpServer({ issuer, port })
    const there = async () => [await realm.countClients(), (await (await sharedAdmin()).realms.find()).length]
    const before = await there()
    const interrupted = new AbortController()
    const onCheck = (begun: string) => {
      if (begun.startsWith(title)) interrupted.abort()
    }
    const walk = verify(config, server.mcpUrl, { onCheck, signal: interrupted.signal })
    await expect(walk).rejects.toMatchObject({ code: 'INTERRUPTED' })
    expect(await there()).toEqual(before)
  })
})

describe('a server that stops in the middle', () => {
  it('is reported once, with the check, and accused of nothing else', async () => {
    const server = await startMcpServer({
      issuer,
      port,
      accepts(token) {
        if (token === 'garbage') void server[Symbol.asyncDispose]()
        return false
      },
    })
    const { checks } = await verify(config, server.mcpUrl)
    const failed = checks.filter(({ status }) => status === 'fail')
    expect(failed).toMatchObject([
      {
        name: 'answers',
        what: expect.stringContaining('stopped answering'),
        why: expect.stringMatching(/Nothing listens at .*"Refuses text that is not a token"/s),
      },
    ])
    const begun = checks.findIndex(({ name }) => name === 'garbage')
    expect(checks.slice(begun).every(({ notAsked }) => notAsked)).toBe(true)
  })
})

describe('a realm whose key is not at hand', () => {
  it('is verified but for the tokens that only its key can sign', async () => {
    const elsewhere = await externalConfig(
      { ...sharedKeycloak(), dataFolder: `${sharedKeycloak().dataFolder}/other` },
      { realm: REALM },
    )
    const { by, found } = await run({}, { config: elsewhere })
    expect([by('fail'), by('skip')]).toEqual([[], ['aud', 'iss', 'exp', 'scope']])
    expect(found('aud')?.what).toContain('key is not one')
  })
})

describe('a strict realm', () => {
  it('is registered in with an initial access token', async () => {
    await using strict = await testRealm('verify-strict', {
      with: ['strict'],
      mcpUrl: [`http://localhost:${port}/mcp`],
    })
    const server = await startMcpServer({ issuer: strict.server.issuer, port })
    const { score } = await verify(
      await externalConfig(sharedKeycloak(), { realm: strict.name }),
      undefined,
      { quick: true },
    )
    await server[Symbol.asyncDispose]()
    expect(score).toMatchObject({ failed: 0, skipped: 0 })
  })
})
