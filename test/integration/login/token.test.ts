import { inspect } from 'node:util'

import { createRemoteJWKSet, decodeProtectedHeader, type errors, jwtVerify } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'

import type { Config } from '../../../src/config/schema.ts'
import { adminLogin } from '../../../src/keycloak/admin.ts'
import { BAD_TOKEN_KINDS } from '../../../src/oauth/mint-bad.ts'
import { token } from '../../../src/operations/token.ts'
import { up } from '../../../src/operations/up.ts'
import { externalConfig } from '../../helpers/keycloak/external-config.ts'
import { sharedKeycloak } from '../../helpers/keycloak/own-keycloak.ts'
import { cli } from '../../helpers/program/cli.ts'
import { refusal } from '../../unit/support/refusal.ts'

const keycloak = sharedKeycloak()
const issuer = `${keycloak.url}/realms/token`
const audience = 'http://localhost:8000/mcp'
const keys = createRemoteJWKSet(new URL(`${issuer}/protocol/openid-connect/certs`))

let config: Config
beforeAll(async () => {
  config = await externalConfig(keycloak, { realm: 'token', proof: false })
  await up(config)
})

describe('a good token', () => {
  it('is of the first test user and for the MCP server', async () => {
    const report = await token(config)
    expect(report).toMatchObject({ username: 'testuser', clientId: 'mcp-client', bad: null })
    expect(report.expiresInSeconds).toBeGreaterThan(200)
    await jwtVerify(report.accessToken, keys, { issuer, audience })
  })

  it('is of the user and with the scope that are asked for', async () => {
    const { claims } = await token(config, {
      username: 'testadmin',
      scope: 'openid mcp:tools offline_access',
    })
    expect(claims).toMatchObject({
      preferred_username: 'testadmin',
      scope: expect.stringContaining('mcp:tools'),
    })
    expect(claims.realm_access).toMatchObject({ roles: expect.arrayContaining(['admin']) })
  })

  it('token refuses an unknown scope and names the known ones', async () => {
    const error = await refusal(() => token(config, { scope: 'openid no:such' }))
    expect(error).toMatchObject({
      code: 'LOGIN_REFUSED',
      message: expect.stringContaining('"no:such"'),
      why: expect.stringMatching(/^invalid_scope: /),
      fix: expect.stringContaining('email mcp:call-tools mcp:prompts'),
    })
    expect(inspect(error)).not.toContain('cause')
    const { exitCode, stderr } = await cli(['token', '--realm', 'token', '--scope', 'no:such', '--verbose'], {
      env: {
        MCP_KEYCLOAK_KEYCLOAK_URL: keycloak.url,
        MCP_KEYCLOAK_ADMIN_USERNAME: keycloak.admin.username,
        MCP_KEYCLOAK_ADMIN_PASSWORD: keycloak.admin.password,
      },
    })
    expect([exitCode, stderr.split('\n')]).toEqual([
      5,
      [expect.stringMatching(/^✘ /), expect.stringMatching(/^ {2}Why /), expect.stringMatching(/^ {2}Fix /)],
    ])
  })

  it('can be a refreshed one', async () => {
    const report = await token(config, { refresh: true })
    await jwtVerify(report.accessToken, keys, { issuer, audience })
    expect(report.refreshToken).toBeTypeOf('string')
  })

  it('token --refresh fails when there is no refresh token', async () => {
    const admin = await adminLogin({ url: keycloak.url, admin: keycloak.admin, runtime: 'external' })
    await admin.clients.create({
      realm: 'token',
      clientId: 'without-refresh',
      publicClient: true,
      redirectUris: ['http://localhost:3117/callback'],
      attributes: { 'use.refresh.tokens': 'false' },
    })
    const through = { clientId: 'without-refresh' }
    expect(await token(config, through)).toMatchObject({ refreshToken: null })
    await expect(token(config, { ...through, refresh: true })).rejects.toMatchObject({
      code: 'USAGE_INVALID',
      message: expect.stringContaining('"without-refresh"'),
    })
  })

  it('token logs in a user who was created by hand', async () => {
    const admin = await adminLogin({ url: keycloak.url, admin: keycloak.admin, runtime: 'external' })
    const credentials = [{ type: 'password', value: 'by-hand' }]
    const profile = { email: 'eve@example.com', firstName: 'Eve', lastName: 'User', enabled: true }
    await admin.users.create({ realm: 'token', username: 'eve', credentials, ...profile })
    expect(await token(config, { username: 'eve', password: 'by-hand' })).toMatchObject({ username: 'eve' })
    await expect(token(config, { username: 'eve', password: 'wrong' })).rejects.toMatchObject({
      code: 'LOGIN_REFUSED',
      why: expect.stringContaining('Invalid username or password'),
    })
  })
})

describe('a bad token', () => {
  it.each(BAD_TOKEN_KINDS)('is wrong in its %s and in nothing else', async (kind) => {
    const { accessToken, bad } = await token(config, { bad: kind })
    expect(bad).toBe(kind)
    const good = await token(config)
    expect(decodeProtectedHeader(accessToken)).toEqual(kind === 'none' ? { alg: 'none' } : good.header)
    const outcome = await jwtVerify(accessToken, keys, { issuer, audience }).then(
      ({ payload }) => lacksAll(payload.scope, good.claims.scope),
      (error: errors.JOSEError) => ('claim' in error ? error.claim : error.code),
    )
    const expected = {
      aud: 'aud',
      iss: 'iss',
      exp: 'exp',
      sig: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
      none: 'ERR_JOSE_NOT_SUPPORTED',
      scope: 'other scopes',
    }
    expect(outcome).toBe(expected[kind])
  })
})

/** Compares the scopes of a bad token with those of a good one. */
function lacksAll(bad: unknown, good = ''): string {
  const scopes = `${bad}`.split(' ')
  return good !== '' && good.split(' ').every((scope) => !scopes.includes(scope)) ? 'other scopes' : `${bad}`
}

describe('what cannot be had', () => {
  it.each([
    ['a user whom nobody knows', { username: 'nobody' }, 'testuser, testadmin'],
    ['a client that is not there', { clientId: 'nowhere' }, 'no such client'],
    ['a client that nobody can log in through', { clientId: 'admin-cli' }, 'no redirect URI'],
    ['a kind of bad token that is none', { bad: 'colour' }, 'aud, iss, exp, scope, sig, none'],
  ])('%s: says what there is', async (_, options, named) => {
    await expect(token(config, options)).rejects.toMatchObject({
      code: 'USAGE_INVALID',
      why: expect.stringContaining(named),
    })
  })
})

describe('the command', () => {
  const env = {
    MCP_KEYCLOAK_KEYCLOAK_URL: keycloak.url,
    MCP_KEYCLOAK_ADMIN_PASSWORD: keycloak.admin.password,
    MCP_KEYCLOAK_DATA_FOLDER: keycloak.dataFolder,
    MCP_KEYCLOAK_REALM: 'token',
  }

  it('prints the bare token and nothing else', async () => {
    const { stdout, exitCode } = await cli(['token'], { env })
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/)
  })

  it('token logs in users of the realm file although the variable has another password', async () => {
    const variables = { ...env, MCP_KEYCLOAK_USER_PASSWORD: 'of-somebody-else' }
    for (const args of [[], ['--user', 'testadmin']])
      expect((await cli(['token', ...args], { env: variables })).exitCode).toBe(0)
  })

  it('prints it as a header, or taken apart', async () => {
    expect((await cli(['token', '--header'], { env })).stdout).toMatch(/^Authorization: Bearer ey/)
    const { stdout } = await cli(['token', '--decode', '--user', 'testadmin', '--bad', 'exp'], { env })
    expect(stdout).toMatch(/^Header\n {2}alg +RS256/)
    expect(stdout).toContain('preferred_username  testadmin')
    expect(stdout).toMatch(/expired \d+ s ago/)
  })

  it.each([
    ['a user whom nobody knows', ['--user', 'nobody'], {}, 2, '"nobody"'],
    [
      'a user whom Keycloak does not know',
      ['--user', 'nobody'],
      { MCP_KEYCLOAK_USER_PASSWORD: 'x' },
      5,
      'Invalid username or password',
    ],
    [
      'a wrong password',
      ['--user', 'eve'],
      { MCP_KEYCLOAK_USER_PASSWORD: 'wrong-on-purpose' },
      5,
      'Invalid username or password',
    ],
  ])('says so for %s', async (_, args, variables, exitCode, named) => {
    const result = await cli(['token', ...args], { env: { ...env, ...variables } })
    expect({ exitCode: result.exitCode, stdout: result.stdout }).toEqual({ exitCode, stdout: '' })
    expect(result.stderr).toContain(named)
    expect(result.stderr).not.toContain('wrong-on-purpose')
  })
})
