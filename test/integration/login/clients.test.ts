import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'

import type { Config } from '../../../src/config/schema.ts'
import { logIn } from '../../../src/oauth/log-in.ts'
import type { RegisteredClient } from '../../../src/oauth/register.ts'
import { clientsList, clientsReportSchema } from '../../../src/operations/clients/clients.ts'
import { clientsDelete } from '../../../src/operations/clients/clients-delete.ts'
import { clientsDeletedReportSchema, clientsPrune } from '../../../src/operations/clients/clients-prune.ts'
import { completionValues } from '../../../src/operations/completion/completion-values.ts'
import { resetRealm } from '../../../src/operations/reset-realm.ts'
import { externalConfig } from '../../helpers/keycloak/external-config.ts'
import { sharedKeycloak } from '../../helpers/keycloak/own-keycloak.ts'
import { REDIRECT } from '../../helpers/keycloak/public-client.ts'
import { postRegistration } from '../../helpers/keycloak/registration.ts'
import { type TestRealm, testRealm } from '../../helpers/keycloak/test-realm.ts'
import { cli } from '../../helpers/program/cli.ts'

const keycloak = sharedKeycloak()
const user = { username: 'testuser', password: 'password123' }
const metadata = {
  redirect_uris: [REDIRECT, 'http://localhost:3118/callback', 'cursor://anysphere.cursor-mcp/oauth/callback'],
  token_endpoint_auth_method: 'none',
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
}

let realm: TestRealm
let config: Config
let used: RegisteredClient
let offline: RegisteredClient
let unused: RegisteredClient

beforeAll(async () => {
  config = await externalConfig(keycloak, { realm: 'clients' })
  realm = await testRealm('clients')
})
afterAll(() => realm[Symbol.asyncDispose]())

beforeEach(async () => {
  used = await register({ client_name: 'Used' })
  offline = await register({ client_name: 'Offline', token_endpoint_auth_method: 'client_secret_post' })
  unused = await register({ client_name: 'Red \u001b[31malert\u0007' })
  await logIn(realm.server, { client: used, redirectUri: REDIRECT, user, scope: 'openid' })
  await logIn(realm.server, { client: offline, redirectUri: REDIRECT, user, scope: 'openid offline_access' })
})
afterEach(async () => {
  await clientsDelete(config, await ids())
})

it('completes a command line with the ids of the clients', async () => {
  const suggestions = await completionValues('client', config)
  expect(suggestions).toContainEqual({ value: used.client_id, description: 'Used' })
})

describe('the list of clients', () => {
  it('says who registered, when, where it redirects to, and when it was last used', async () => {
    const report = await clientsList(config)
    expect(clientsReportSchema.parse(report)).toEqual(report)
    expect(report).toMatchObject({ realm: 'clients', url: keycloak.url, total: 11, limit: 1000 })
    expect(report.clients.map(({ clientId, name, used: isUsed }) => [clientId, name, isUsed])).toEqual([
      [used.client_id, 'Used', true],
      [offline.client_id, 'Offline', true],
      [unused.client_id, 'Red \ufffd[31malert\ufffd', false],
    ])
    for (const client of report.clients) {
      expect(client).toMatchObject({
        kind: 'registered',
        redirectHosts: ['anysphere.cursor-mcp', 'localhost'],
      })
      expect(ageMs(client.registeredAt)).toBeLessThan(60_000)
      if (client.used) expect(ageMs(client.lastSessionAt)).toBeLessThan(60_000)
      else expect(client.lastSessionAt).toBeNull()
    }
  })

  it('tells a login of which the session has ended, by the event', async () => {
    const { realms } = await realm.admin()
    await realms.logoutAll({ realm: 'clients' })
    const [first] = (await clientsList(config)).clients
    expect(first).toMatchObject({ clientId: used.client_id, lastSessionAt: expect.any(String) })
  })

  it('tells the same after a reset of the realm, and of two', async () => {
    const before = (await clientsList(config)).clients
    await resetRealm(config)
    await resetRealm(config)
    expect((await clientsList(config)).clients).toEqual(before)
    await logIn(realm.server, { client: unused, redirectUri: REDIRECT, user })
    expect((await clientsList(config)).clients[2]).toMatchObject({ used: true })
  })

  it('without events a public client has no date, a confidential one that of its secret', async () => {
    const { realms } = await realm.admin()
    await realms.clearEvents({ realm: 'clients' })
    await realms.logoutAll({ realm: 'clients' })
    const found = Object.fromEntries(
      (await clientsList(config)).clients.map((client) => [client.clientId, client]),
    )
    expect(found[used.client_id]).toMatchObject({ registeredAt: null, lastSessionAt: null, used: true })
    expect(ageMs(found[offline.client_id]?.registeredAt)).toBeLessThan(60_000)
    expect(found[unused.client_id]).toMatchObject({ registeredAt: null, used: false }) // nobody's consent
  })
})

describe('pruning', () => {
  it('takes clients that nobody ever logged in with, and says which', async () => {
    const planned = await clientsPrune(config, { unused: true, dryRun: true })
    expect(planned).toMatchObject({ dryRun: true, deleted: [{ clientId: unused.client_id }], left: 2 })
    expect(await ids()).toContain(unused.client_id)
    const report = await clientsPrune(config, { unused: true })
    expect(clientsDeletedReportSchema.parse(report)).toEqual(report)
    expect(report).toMatchObject({ dryRun: false, deleted: [{ clientId: unused.client_id }], unknown: [] })
    expect(await ids()).toEqual([used.client_id, offline.client_id])
  })

  it('clients prune deletes clients that match every given condition', async () => {
    expect(await clientsPrune(config, { olderThan: '1h', unused: true })).toMatchObject({
      deleted: [],
      left: 3,
    })
    const both = await clientsPrune(config, { olderThan: '0s', unused: true })
    expect(both).toMatchObject({ deleted: [{ clientId: unused.client_id }] })
    expect((await clientsPrune(config, { olderThan: '0s' })).deleted).toHaveLength(2)
    expect(await ids()).toEqual([])
  })

  it('clients prune keeps and reports a client of unknown age', async () => {
    const { realms } = await realm.admin()
    await realms.clearEvents({ realm: 'clients' })
    const report = await clientsPrune(config, { olderThan: '1h' })
    expect(report).toMatchObject({
      deleted: [],
      unknown: expect.arrayContaining([expect.objectContaining({ clientId: unused.client_id })]),
    })
    expect(await ids()).toHaveLength(3)
  })

  it('deletes nothing when that is not approved', async () => {
    const approve = () => Promise.reject(new Error('no'))
    await expect(clientsPrune(config, { unused: true, approve })).rejects.toThrow('no')
    expect(await ids()).toHaveLength(3)
  })

  it('clients prune never deletes a client that did not register itself', async () => {
    const before = await realm.countClients()
    await clientsPrune(config, { olderThan: '0s' })
    expect(await realm.countClients()).toBe(before - 3)
  })
})

describe('deleting', () => {
  it('takes the clients that are named, once each', async () => {
    const wanted = [unused.client_id, used.client_id, unused.client_id]
    const report = await clientsDelete(config, wanted)
    expect(report.deleted.map(({ clientId }) => clientId)).toEqual([unused.client_id, used.client_id])
    expect(await ids()).toEqual([offline.client_id])
  })

  it.each([
    ['the realm file', 'mcp-client'],
    ['the realm file, and stands for the MCP server', 'http://localhost:8000/mcp'],
    ['Keycloak itself', 'account-console'],
  ])('clients delete refuses a client of %s and keeps the others', async (_, clientId) => {
    await expect(clientsDelete(config, [unused.client_id, clientId])).rejects.toMatchObject({
      code: 'USAGE_INVALID',
      message: expect.stringContaining(`"${clientId}"`),
    })
    expect(await ids()).toHaveLength(3)
  })

  it('refuses an id that is not there, and names those that may be meant', async () => {
    const typo = `${unused.client_id.slice(0, -1)}x`
    for (const text of [typo, unused.client_id.slice(0, 8), 'alert']) {
      await expect(clientsDelete(config, [text])).rejects.toMatchObject({
        code: 'USAGE_INVALID',
        why: expect.stringMatching(
          new RegExp(`^Did you mean:\n${unused.client_id} {2}Red \ufffd\\[31malert\ufffd$`),
        ),
      })
    }
    await expect(clientsDelete(config, ['nothing-like-it'])).rejects.toMatchObject({
      why: expect.stringContaining(used.client_id),
    })
  })
})

describe('the command', () => {
  const env = {
    MCP_KEYCLOAK_KEYCLOAK_URL: keycloak.url,
    MCP_KEYCLOAK_ADMIN_PASSWORD: keycloak.admin.password,
    MCP_KEYCLOAK_DATA_FOLDER: keycloak.dataFolder,
    MCP_KEYCLOAK_REALM: 'clients',
  }
  const run = (...args: string[]) => cli(['clients', ...args], { env })

  it('prints a line a client, and exactly one JSON value with --json', async () => {
    const { stdout } = await run('list')
    expect(stdout).toContain('3 self-registered clients in "clients"; 11 in total (limit 1000).')
    expect(stdout).toMatch(
      new RegExp(
        `${unused.client_id} {2}\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d {2}never +anysphere\\.cursor-mcp localhost {2}`,
      ),
    )
    expect(clientsReportSchema.parse(JSON.parse((await run('list', '--json')).stdout)).clients).toHaveLength(
      3,
    )
  })

  it('clients delete only lists the clients without a terminal and --yes', async () => {
    for (const args of [
      ['prune', '--unused'],
      ['delete', unused.client_id],
    ]) {
      const { exitCode, stdout, stderr } = await run(...args)
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
      expect(stderr).toContain(unused.client_id)
      expect(stderr).toContain('[USAGE_INVALID]')
      expect(stderr).toContain('--yes')
    }
    expect(await ids()).toHaveLength(3)
  })

  it('deletes with --yes, and says what is gone', async () => {
    const { exitCode, stdout } = await run('prune', '--unused', '--yes')
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/1 client of "clients" .* 2 /)
    const { stdout: json } = await run('delete', used.client_id, '--yes', '--json')
    expect(clientsDeletedReportSchema.parse(JSON.parse(json))).toMatchObject({ left: 1 })
    expect((await run('prune', '--unused')).stdout).toMatch(/"clients".* 1 /)
  })

  it.each([
    [['prune'], 2, '[USAGE_INVALID]'],
    [['prune', '--older-than', 'long'], 2, '"long"'],
    [['delete', 'mcp-client', '--yes'], 2, '"mcp-client"'],
    [['list', '--realm', 'nowhere'], 3, /: (\S+ )*clients\b/],
  ])('%j ends with %i', async (args, exitCode, named) => {
    const result = await run(...args)
    expect({ exitCode: result.exitCode, stdout: result.stdout }).toEqual({ exitCode, stdout: '' })
    expect(result.stderr).toMatch(named)
  })
})

async function register(members: Readonly<Record<string, unknown>>): Promise<RegisteredClient> {
  const { status, body } = await postRegistration(realm.server, { ...metadata, ...members })
  expect(status).toBe(201)
  return body as unknown as RegisteredClient
}

async function ids(): Promise<readonly string[]> {
  return (await clientsList(config)).clients.map(({ clientId }) => clientId)
}

function ageMs(iso: string | null | undefined): number {
  return Date.now() - Date.parse(iso ?? '')
}
