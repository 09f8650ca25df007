import { createHash, randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { realmEndpoints } from '../../../src/config/endpoints.ts'
import { resolveConfig } from '../../../src/config/resolve.ts'
import { explainFailure } from '../../../src/explain/explain.ts'
import { browserlessLogin } from '../../../src/oauth/browserless-login.ts'
import { up } from '../../../src/operations/up.ts'
import { findChromium, resultInBrowser } from '../../helpers/browser/chromium.ts'
import { sharedKeycloak } from '../../helpers/keycloak/own-keycloak.ts'
import { needs } from '../../helpers/suite/needs.ts'

const { url, instance, dataFolder } = sharedKeycloak()
const realm = 'pages'
const { issuer, authorization, registration } = realmEndpoints(url, realm)
const chromium = await findChromium()
process.stdout.write(`a real browser: ${chromium ? `tested with ${chromium}` : 'not tested, no Chromium'}\n`)

let allowed: Server
let foreign: Server

beforeAll(async () => {
  ;[allowed, foreign] = [await pageServer(), await pageServer()]
  const flags = { instance, dataFolder, realm, with: ['browser'], origin: [originOf(allowed)] }
  const { config } = await resolveConfig({ flags, env: {}, cwd: dataFolder })
  await up(config)
})

afterAll(() => {
  for (const server of [allowed, foreign]) server.close()
})

describe('a page in a real browser', needs(chromium !== undefined, 'Chromium'), () => {
  it('a page on a named origin discovers, registers and gets a token', async () => {
    const { clientId, canHash } = await open(allowed, { issuer })
    expect({ clientId, canHash }).toEqual({
      clientId: expect.stringMatching(/^[\da-f-]{36}$/),
      canHash: true,
    })
    const verifier = randomBytes(32).toString('base64url')
    const redirectUri = `${originOf(allowed)}/callback`
    const login = new URL(authorization)
    login.search = new URLSearchParams({
      ...{ response_type: 'code', client_id: String(clientId), redirect_uri: redirectUri, scope: 'openid' },
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    }).toString()
    const user = { username: 'testuser', password: 'password123' }
    const code = (await browserlessLogin(login, redirectUri, user)).searchParams.get('code') ?? ''
    const result = await open(allowed, { issuer, client_id: String(clientId), code, verifier })
    expect(result.audience).toContain('http://localhost:8000/mcp')
  })

  it('a page on another origin is refused and sees only "Failed to fetch"', async () => {
    const { failed } = await open(foreign, { issuer })
    expect(failed).toBe('TypeError: Failed to fetch')
    expect(explainFailure({ text: String(failed) })).toMatchObject([
      { id: 'browser-fetch-failed', vague: true },
    ])
  })
})

describe('the overlay browser', () => {
  it.each([
    'http://localhost:5173',
    'http://127.0.0.1:3000',
    'http://localhost:4173',
    'http://localhost:4200',
  ])('lets a page of the development server on %s register', async (origin) => {
    const answer = await register(origin)
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([201, origin])
  })

  it.each(['http://localhost:9999', 'https://localhost:5173', 'null'])(
    'lets no page on %s register',
    async (origin) => {
      expect((await register(origin)).status).toBe(403)
    },
  )
})

function register(origin: string) {
  return fetch(registration, {
    method: 'POST',
    headers: { origin, 'content-type': 'application/json' },
    body: JSON.stringify({ redirect_uris: ['http://localhost:5173/callback'] }),
  })
}

async function open(server: Server, parameters: Record<string, string>) {
  const page = `${originOf(server)}/?${new URLSearchParams(parameters)}`
  const result = await resultInBrowser(chromium ?? '', page)
  return JSON.parse(result) as Readonly<Record<string, unknown>>
}

async function pageServer(): Promise<Server> {
  const page = await readFile(new URL('../../fixtures/page.html', import.meta.url))
  const server = createServer((_request, response) =>
    response.setHeader('content-type', 'text/html').end(page),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

function originOf(server: Server): string {
  return `http://localhost:${(server.address() as AddressInfo).port}`
}
