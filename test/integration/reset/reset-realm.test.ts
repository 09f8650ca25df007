import { readFile } from 'node:fs/promises'

import { createLocalJWKSet, decodeJwt, type JSONWebKeySet, jwtVerify } from 'jose'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'

import type { Config } from '../../../src/config/schema.ts'
import { adminLogin } from '../../../src/keycloak/admin.ts'
import { discover, type ServerMetadata } from '../../../src/oauth/discover.ts'
import { logIn } from '../../../src/oauth/log-in.ts'
import { type RegisteredClient, registerClient } from '../../../src/oauth/register.ts'
import { resetRealm } from '../../../src/operations/reset-realm.ts'
import { token } from '../../../src/operations/token.ts'
import { up } from '../../../src/operations/up.ts'
import { externalConfig } from '../../helpers/keycloak/external-config.ts'
import { sharedKeycloak } from '../../helpers/keycloak/own-keycloak.ts'
import { PUBLIC_CLIENT, REDIRECT } from '../../helpers/keycloak/public-client.ts'

const keycloak = sharedKeycloak()
const issuer = `${keycloak.url}/realms/reset`
const user = { username: 'testuser', password: 'password123' }

let config: Config
let server: ServerMetadata
let client: RegisteredClient
let keys: JSONWebKeySet
let accessToken: string

beforeAll(async () => {
  config = await externalConfig(keycloak, { realm: 'reset', proof: false })
  await up(config)
  server = await discover(issuer)
})

beforeEach(async () => {
  client = await registerClient(server, {
    ...PUBLIC_CLIENT,
    token_endpoint_auth_method: 'client_secret_post',
    scope: 'openid mcp:tools',
  })
  accessToken = await login()
  keys = await jwks()
})

describe('reset-realm', () => {
  it('a reset keeps a self-registered client with its id, secret and consent', async () => {
    const report = await resetRealm(config)
    expect(report).toMatchObject({ dryRun: false, dropped: { clients: [], users: [] }, forget: [] })
    expect(report.kept.clients).toContain(client.client_id)
    expect(report.kept.consents).toBeGreaterThan(0)
    expect(await consentsOf(client)).toEqual(expect.arrayContaining(['mcp:tools']))
    expect(decodeJwt(await login())).toMatchObject({ sub: decodeJwt(accessToken).sub, azp: client.client_id })
  })

  it('a reset keeps the signing key, so earlier tokens still verify', async () => {
    await resetRealm(config)
    const now = await jwks()
    for (const set of [keys, now]) {
      const { payload } = await jwtVerify(accessToken, createLocalJWKSet(set), { issuer })
      expect(payload.azp).toBe(client.client_id)
    }
    await jwtVerify(await login(), createLocalJWKSet(keys), { issuer })
  })

  it('drops what was clicked together, and says so', async () => {
    const admin = await adminLogin({ url: keycloak.url, admin: keycloak.admin, runtime: 'external' })
    await admin.users.create({ realm: 'reset', username: 'clicked' })
    await admin.clients.create({ realm: 'reset', clientId: 'clicked-client' })
    const planned = await resetRealm(config, { dryRun: true })
    expect(planned).toMatchObject({ dryRun: true, backup: null })
    expect(await admin.users.find({ realm: 'reset', username: 'clicked' })).toHaveLength(1)
    const report = await resetRealm(config)
    expect(report.dropped).toEqual({ clients: ['clicked-client'], users: ['clicked'] })
    expect(await admin.users.find({ realm: 'reset', username: 'clicked' })).toEqual([])
  })

  it('a reset takes new options and keeps the previous ones', async () => {
    await resetRealm({ ...config, scope: ['api:read:"Read it"'] })
    await resetRealm({ ...config, trustedHost: ['example.com'] })
    const { scopes_supported } = await discover(issuer)
    expect(scopes_supported).toContain('api:read')
    await registerClient(server, {
      redirect_uris: ['https://example.com/cb'],
      token_endpoint_auth_method: 'none',
    })
  })

  it('a reset writes a backup of the old realm to a private file', async () => {
    const { backup } = await resetRealm(config)
    const saved = JSON.parse(await readFile(backup ?? '', 'utf8')) as { clients: { clientId: string }[] }
    expect(saved.clients.map(({ clientId }) => clientId)).toContain(client.client_id)
  })

  it('keeps nothing with --hard, and says how each program forgets its client', async () => {
    const report = await resetRealm(config, { hard: true })
    expect(report).toMatchObject({ kept: { signingKey: false, clients: [], consents: 0 } })
    expect(report.dropped.clients).toContain(client.client_id)
    expect(report.forget.map(({ title }) => title)).toContain('Claude Code')
    await expect(login()).rejects.toMatchObject({ why: expect.stringContaining('Client not found') })
    await expect(jwtVerify(accessToken, createLocalJWKSet(await jwks()))).rejects.toThrow()
    expect(await token(config, { bad: 'aud' })).toMatchObject({ bad: 'aud' })
    expect(await resetRealm(config)).toMatchObject({ kept: { signingKey: true }, warnings: [] })
  })
})

describe('a realm that cannot be reset', () => {
  it('a reset with an overlay whose feature is missing changes nothing', async () => {
    await expect(resetRealm({ ...config, with: ['cimd'] })).rejects.toMatchObject({
      code: 'USAGE_INVALID',
      fix: expect.stringContaining('up --with cimd --yes'),
    })
    expect(await discover(issuer)).toMatchObject({ issuer })
  })

  it('is one that is not there: the known ones are named', async () => {
    const other = await externalConfig(keycloak, { realm: 'nowhere' })
    await expect(resetRealm(other)).rejects.toMatchObject({
      code: 'REALM_NOT_FOUND',
      why: expect.stringContaining('reset'),
    })
  })

  it('a reset refuses a realm that is not managed', async () => {
    const admin = await adminLogin({ url: keycloak.url, admin: keycloak.admin, runtime: 'external' })
    await admin.realms.create({ realm: 'reset-foreign', enabled: true })
    const foreign = await externalConfig(keycloak, { realm: 'reset-foreign' })
    await expect(resetRealm(foreign)).rejects.toMatchObject({ code: 'USAGE_INVALID' })
    expect(await admin.realms.findOne({ realm: 'reset-foreign' })).toMatchObject({ enabled: true })
    await admin.realms.del({ realm: 'reset-foreign' })
  })
})

async function login(): Promise<string> {
  const request = { client, redirectUri: REDIRECT, user, scope: 'openid mcp:tools' }
  return (await logIn(server, request)).access_token
}

async function jwks(): Promise<JSONWebKeySet> {
  return (await (await fetch(server.jwks_uri ?? '')).json()) as JSONWebKeySet
}

async function consentsOf({ client_id }: RegisteredClient): Promise<readonly string[]> {
  const admin = await adminLogin({ url: keycloak.url, admin: keycloak.admin, runtime: 'external' })
  const [found] = await admin.users.find({ realm: 'reset', username: user.username })
  const consents = await admin.users.listConsents({ realm: 'reset', id: found?.id ?? '' })
  return consents.find(({ clientId }) => clientId === client_id)?.grantedClientScopes ?? []
}
