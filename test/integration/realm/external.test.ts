import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

import type { UpReport } from '../../../src/operations/up.ts'
import { BASE_REALM_FILE, loadRealm } from '../../../src/realm/load.ts'
import { freePort } from '../../../src/runtime/probe-port.ts'
import { sharedKeycloak } from '../../helpers/keycloak/own-keycloak.ts'
import { sharedAdmin } from '../../helpers/keycloak/test-realm.ts'
import { cli, cliJson, start } from '../../helpers/program/cli.ts'
import { inOrder } from '../../helpers/suite/in-order.ts'

inOrder('the snippets are of the realm that the first test makes')

const { url, admin } = sharedKeycloak()
const external = {
  MCP_KEYCLOAK_KEYCLOAK_URL: url,
  MCP_KEYCLOAK_ADMIN_USERNAME: admin.username,
  MCP_KEYCLOAK_ADMIN_PASSWORD: admin.password,
}

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mcp-keycloak-realm-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('an external Keycloak', () => {
  it('gets the realm, and is proved', async () => {
    const report = await cliJson<UpReport>(['up', '--realm', 'external'], external)
    expect(report).toMatchObject({ runtime: 'external', realm: 'created', admin: null, containerUrl: null })
    expect(report.proof?.username).toBe('testuser')
  })

  it('prints snippets with its URLs', async () => {
    const { stdout } = await cli(['snippets', 'fastmcp', '--realm', 'external'], { env: external })
    expect(stdout).toContain(`realm_url="${url}/realms/external"`)
  })

  it('up waits for an external Keycloak that does not listen or answers 503', async () => {
    const port = await freePort()
    const late = { ...external, MCP_KEYCLOAK_KEYCLOAK_URL: `http://localhost:${port}` }
    const run = start(['up', '--realm', 'late', '--no-proof'], { env: late }) // the proof knows another port
    let said = ''
    run.stderr.on('data', (piece) => {
      said += piece
    })
    await vi.waitUntil(() => said.includes('Waiting for Keycloak'), { timeout: 60_000 })
    let asked = 0
    const proxy = createServer((socket) => {
      socket.on('error', () => {})
      if (++asked === 1) socket.end('HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\n\r\n')
      else socket.pipe(connect(Number(new URL(url).port), new URL(url).hostname)).pipe(socket)
    })
    proxy.listen(port, '127.0.0.1')
    const { exitCode, stderr } = await run
    proxy.close()
    expect(exitCode, stderr).toBe(0)
    expect(asked).toBeGreaterThan(1)
    expect(stderr.match(/Waiting for Keycloak/g)).toHaveLength(1)
    expect(stderr).toContain(
      `Waiting for Keycloak at ${late.MCP_KEYCLOAK_KEYCLOAK_URL}, 180 seconds at most: `,
    )
    expect(stderr).toContain('Nothing listens there: ')
  })

  it('is not stopped', async () => {
    const { exitCode, stderr } = await cli(['down'], { env: external })
    expect(exitCode).toBe(2)
    expect(stderr).toContain('external Keycloak')
  })

  it.each([
    [
      'a wrong password',
      { ...external, MCP_KEYCLOAK_ADMIN_PASSWORD: 'wrong-on-purpose' },
      5,
      'ADMIN_LOGIN_REFUSED',
    ],
    ['no password at all', { MCP_KEYCLOAK_KEYCLOAK_URL: url }, 2, 'CONFIG_INVALID'],
    [
      'a URL without a Keycloak',
      { ...external, MCP_KEYCLOAK_KEYCLOAK_URL: `${url}/nowhere` },
      5,
      'ADMIN_LOGIN_REFUSED',
    ],
    [
      'nobody there, however long one waits',
      { ...external, MCP_KEYCLOAK_KEYCLOAK_URL: 'http://localhost:1', MCP_KEYCLOAK_TIMEOUT: '1' },
      4,
      'KEYCLOAK_UNREACHABLE',
    ],
  ])('%s: says what, why and fix, and never the password', async (_, env, exitCode, code) => {
    const result = await cli(['up', '--json'], { env })
    expect(result).toMatchObject({ exitCode, stdout: '' })
    const { error } = JSON.parse(result.stderr) as { error: Record<string, string> }
    expect(error).toMatchObject({ code, why: expect.stringMatching(/./), fix: expect.stringMatching(/./) })
    expect(result.stderr).not.toContain('wrong-on-purpose')
    expect(result.stderr).not.toContain(admin.password)
  })
})

it('an administrator without permission ends with 5 and the missing role', async () => {
  const master = await sharedAdmin()
  const credentials = [{ type: 'password', value: 'limited-on-purpose' }]
  const { id } = await master.users.create({
    realm: 'master',
    username: 'limited',
    enabled: true,
    credentials,
  })
  const env = {
    ...external,
    MCP_KEYCLOAK_ADMIN_USERNAME: 'limited',
    MCP_KEYCLOAK_ADMIN_PASSWORD: 'limited-on-purpose',
  }
  for (const command of [['status'], ['clients', 'list'], ['up']]) {
    const { exitCode, stdout, stderr } = await cli(command, { env })
    expect({ exitCode, stdout }).toEqual({ exitCode: 5, stdout: '' })
    expect(stderr).toContain(
      `The administrator "limited" of ${url} lacks a permission.  [ADMIN_LOGIN_REFUSED]`,
    )
    expect(stderr).toContain('realm role "admin"')
    expect(stderr).not.toContain('limited-on-purpose')
  }
  await (await sharedAdmin()).users.del({ realm: 'master', id })
})

describe('a realm file that Keycloak refuses', () => {
  it.each([
    ['with a field that it does not know', { favouriteColour: 'green' }, /"favouriteColour"/],
    [
      'with such a field deep inside',
      { groups: [{ name: 'a', subGroups: [{ colour: 1 }] }] },
      /"groups\[0\]\.subGroups\[0\]\.colour"/,
    ],
    ['with a field of the wrong type', { accessTokenLifespan: 'soon' }, /"accessTokenLifespan"/],
    ['with an executor that it does not know', unknownExecutor(), /./],
  ])('%s: is named, and nothing of it is there afterwards', async (_, fault, named) => {
    const file = await realmFile('refused', fault)
    const { exitCode, stderr } = await cli(['up', '--realm-file', file], { env: external })
    expect(exitCode, stderr).toBe(5)
    expect(stderr).toMatch(named)
    expect(stderr).toContain('Nothing was applied')
    expect((await fetch(`${url}/realms/refused`)).status).toBe(404)
  })

  it('a sound foreign realm file is applied', async () => {
    const file = await realmFile('own', { displayName: 'My own' })
    const report = await cliJson<UpReport>(['up', '--realm-file', file], external)
    expect(report).toMatchObject({ realm: 'created', endpoints: { realm: 'own' } })
  })
})

function unknownExecutor() {
  const executors = [{ executor: 'no-such-executor', configuration: {} }]
  return { clientProfiles: { profiles: [{ name: 'broken', executors }] } }
}

async function realmFile(realm: string, changes: Record<string, unknown>): Promise<string> {
  const base = await loadRealm(BASE_REALM_FILE)
  const users = base.users?.map(({ id: _, ...user }) => ({ ...user, realmRoles: [`default-roles-${realm}`] }))
  const file = join(folder, `${realm}-${Object.keys(changes)[0]}.json`)
  await writeFile(file, JSON.stringify({ ...base, realm, users, ...changes }))
  return file
}
