import { readdirSync, readFileSync } from 'node:fs'

import { execa } from 'execa'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { decodeToken } from '../../../src/oauth/decode-token.ts'
import { freePort } from '../../../src/runtime/probe-port.ts'
import { nameSharedKeycloak } from '../../helpers/keycloak/named-keycloak.ts'
import { sharedAdmin } from '../../helpers/keycloak/test-realm.ts'
import { startMcpServer } from '../../helpers/mcp/mcp-server.ts'
import { BIN } from '../../helpers/program/cli.ts'
import { startBridge } from '../../helpers/projects/bridge-client.ts'
import { needs } from '../../helpers/suite/needs.ts'

beforeEach(nameSharedKeycloak)
afterEach(() => {
  vi.unstubAllEnvs()
})

const realmNames = async () =>
  (await (await sharedAdmin()).realms.find({ briefRepresentation: true })).map(({ realm }) => realm)

describe('the bridge', () => {
  it('has all verbs of the testing module', async () => {
    await using bridge = startBridge()
    const server = await bridge.request('start')
    expect(server).toMatchObject({ runtime: 'external', reason: 'MCP_KEYCLOAK_KEYCLOAK_URL names it' })
    expect(await bridge.request('start')).toEqual(server)
    const mcpUrl = `http://localhost:${await freePort()}/mcp`
    const settings = { with: ['token-exchange', 'service-account'], mcpUrl: [mcpUrl], scope: ['notes:read'] }
    const realm = await bridge.request('createRealm', { settings })
    expect(realm.mcpUrls).toEqual([mcpUrl])
    expect(realm.scopes).toContain('notes:read')

    const added = await bridge.request('addUser', { username: 'zoe', roles: ['admin'] })
    const { token } = await bridge.request('token', { user: 'zoe', scope: 'openid notes:read' })
    const { claims } = decodeToken(token)
    expect(claims).toMatchObject({ iss: realm.issuer, preferred_username: added.username })
    expect(String(claims.scope).split(' ')).toContain('notes:read')
    expect(await bridge.request('introspect', { token })).toMatchObject({ active: true, username: 'zoe' })

    const tokens = await bridge.request('logIn', { realm: realm.name })
    const fresh = await bridge.request('refresh', { tokens })
    expect(fresh.accessToken).not.toBe(tokens.accessToken)
    const bad = await bridge.request('badToken', { kind: 'aud' })
    expect(decodeToken(bad.token).claims.aud).toBe('https://another-server.example/mcp')
    expect((await bridge.request('serviceToken')).token).toMatch(/^ey/)
    expect((await bridge.request('exchange', { token })).token).toMatch(/^ey/)
    const { variables } = await bridge.request('environment')
    expect(variables).toMatchObject({ KEYCLOAK_ISSUER: realm.issuer, KEYCLOAK_AUDIENCE: mcpUrl })
    expect(variables).not.toHaveProperty('KEYCLOAK_ADMIN_PASSWORD')

    const client = await bridge.request('registerClient', { metadata: { client_name: 'mine' } })
    const through = await bridge.request('token', { client: client.client_id })
    expect(decodeToken(through.token).claims.azp).toBe(client.client_id)
    await bridge.request('deleteClient', { client: client.client_id })
    const again = await bridge.ask('deleteClient', { client: client.client_id })
    expect(again.error).toMatchObject({ code: 'USAGE_INVALID' })

    const accepts = (bearer: string) =>
      bearer.startsWith('ey') && decodeToken(bearer).claims.iss === realm.issuer
    {
      await using _server = await startMcpServer({
        issuer: realm.issuer,
        port: Number(new URL(mcpUrl).port),
        accepts,
      })
      const { faults } = await bridge.request('expectProtected', { mcpUrl })
      expect(faults).toMatch(/\(aud\)/)
    }
    await bridge.request('dropRealm')
    expect(await realmNames()).not.toContain(realm.name)
    expect((await bridge.ask('token', { realm: realm.name })).error?.message).toContain('has no realm')
  })

  it('gives fifty tokens at once, each from its own login, in one process', async () => {
    await using bridge = startBridge()
    await bridge.request('start')
    await bridge.request('createRealm')
    const asked = Array.from({ length: 50 }, () => bridge.request('token'))
    const sessions = (await Promise.all(asked)).map(({ token }) => decodeToken(token).claims.sid)
    expect(new Set(sessions).size).toBe(50) // a session begins with a login
    expect(bridge.lines.filter((line) => 'bridgeVersion' in line)).toHaveLength(1) // a Node start says hello
    if (process.platform === 'linux') expect(childrenOf(bridge.pid)).toEqual([])
  })

  it('reports what was not removed at its end, and removes it', async () => {
    const bridge = startBridge()
    await bridge.request('start')
    const kept = await bridge.request('createRealm')
    const dropped = await bridge.request('createRealm')
    const { client_id: clientId } = await bridge.request('registerClient', { realm: kept.name })
    await bridge.request('dropRealm', { realm: dropped.name })
    const { exitCode, last } = await bridge.end()
    const leaked = { realm: kept.name, clientId, clientName: 'mcp-keycloak test' }
    expect(last).toEqual({ goodbye: { realms: [kept.name], clients: [leaked] } })
    expect(exitCode).toBe(0)
    expect(await realmNames()).not.toContain(kept.name)
  })

  it('cleans up after SIGTERM', async () => {
    const bridge = startBridge()
    await bridge.request('start')
    const { name } = await bridge.request('createRealm')
    bridge.signal('SIGTERM')
    const { exitCode, last } = await bridge.end()
    expect(last).toMatchObject({ goodbye: { realms: [name] } })
    expect(exitCode).toBe(143)
    expect(await realmNames()).not.toContain(name)
  })

  it(
    'ends with a killed parent and removes its realm',
    needs(process.platform !== 'win32', 'POSIX'),
    async () => {
      const lines = ['{"id":1,"method":"start"}', '{"id":2,"method":"createRealm"}']
      const parent = execa(
        process.execPath,
        [
          '-e',
          `const { spawn } = require('node:child_process')
        const bridge = spawn(process.execPath, [${JSON.stringify(BIN)}, 'bridge'], { stdio: ['pipe', 'pipe', 'ignore'] })
        const lines = ${JSON.stringify(lines)}
        bridge.stdout.on('data', (text) => {
          process.stdout.write(text)
          if (lines.length) bridge.stdin.write(lines.shift() + '\\n')
        })`,
        ],
        { reject: false, stdin: 'ignore' },
      )
      let seen = ''
      parent.stdout.on('data', (text) => {
        seen += text
      })
      const name = () => /"result":\{"name":"([^"]+)/.exec(seen)?.[1]
      await expect.poll(name, { timeout: 60_000 }).toBeDefined()
      expect(await realmNames()).toContain(name())
      parent.kill('SIGKILL')
      await expect.poll(realmNames, { timeout: 60_000 }).not.toContain(name())
    },
  )
})

/** The processes that a process has started, on Linux. */
function childrenOf(pid: number): readonly string[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean),
  )
}
