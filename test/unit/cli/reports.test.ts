import { Chalk } from 'chalk'
import { describe, expect, it } from 'vitest'

import { renderDown } from '../../../src/cli/commands/down.ts'
import { renderStatus } from '../../../src/cli/commands/status.ts'
import { renderTimings, renderUp } from '../../../src/cli/commands/up.ts'
import { realmEndpoints } from '../../../src/config/endpoints.ts'
import type { DownReport } from '../../../src/operations/down.ts'
import type { StatusReport } from '../../../src/operations/status.ts'
import type { UpReport } from '../../../src/operations/up.ts'

const chalk = new Chalk({ level: 0 })
const text = (lines: readonly string[]) => lines.map((line) => line.trimEnd()).join('\n')

const UP: UpReport = {
  schemaVersion: 1,
  instance: 'default',
  version: '26.7.4',
  endpoints: realmEndpoints('http://localhost:8080', 'fastmcp'),
  realm: 'created',
  mcpUrls: ['http://localhost:8000/mcp', 'http://localhost:8001/mcp'],
  users: [
    { username: 'testuser', password: 'password123', roles: [] },
    { username: 'testadmin', password: 'password123', roles: ['admin', 'boss'] },
  ],
  scopes: ['openid', 'profile'],
  initialAccessToken: null,
  proof: { username: 'testuser', audience: [], scope: 'openid', roles: [], elapsedMs: 987 },
  warnings: [],
  runtime: 'java',
  runtimeReason: 'Docker is not installed; Java 21.0.4 in /jdk',
  alreadyRunning: false,
  containerUrl: 'http://host.docker.internal:8080',
  admin: { username: 'admin', password: 'generated' },
  elapsedMs: 12_345,
  timings: { fetchMs: 0, startMs: 10_800, realmMs: 512, proofMs: 987 },
}

describe('what a person reads after up', () => {
  it('is also where the time went, with --verbose', () => {
    const shown = text(renderTimings(UP, chalk))
    expect(shown).toBe('  Time                fetch 0.0 s, start 10.8 s, realm 0.5 s, proof 1.0 s')
  })

  it('is all that one needs to go on', () => {
    expect(text(renderUp(UP, chalk))).toMatchInlineSnapshot(`
      "✔ Keycloak 26.7.4 is ready at http://localhost:8080  (12.3 s)

        Runtime             java, because Docker is not installed; Java 21.0.4 in /jdk
        Realm               fastmcp (created)
        Issuer              http://localhost:8080/realms/fastmcp
        Registration        http://localhost:8080/realms/fastmcp/clients-registrations/openid-connect
        MCP URL             http://localhost:8000/mcp
                            http://localhost:8001/mcp
        Test users          testuser / password123
                            testadmin / password123  (admin, boss)
        Scopes              openid profile
        Admin console       http://localhost:8080/admin/
                            admin / generated
        From containers     http://host.docker.internal:8080
        Proof               a client registered, testuser logged in, the token is right (1.0 s)

        Next                mcp-keycloak snippets   what to paste into FastMCP, Claude Code, VS Code, …
                            mcp-keycloak status     what runs, and how full it is
                            mcp-keycloak down       stop it; the data stay

        For development on this machine only: plain http, well-known test passwords."
    `)
  })

  it('has the token that clients register with, where they need one', () => {
    const shown = text(renderUp({ ...UP, initialAccessToken: 'a.b.c' }, chalk))
    expect(shown).toContain('Registration token  a.b.c\n')
    expect(shown).toContain('initial access token, good for a day')
  })

  it("leaves out what is not ours on somebody else's server, and says what to mind", () => {
    const report: UpReport = {
      ...UP,
      runtime: 'external',
      runtimeReason: 'of --keycloak-url',
      alreadyRunning: true,
      containerUrl: null,
      admin: null,
      proof: null,
      warnings: ['Nothing was proved.'],
    }
    expect(text(renderUp(report, chalk))).toMatchInlineSnapshot(`
      "✔ Keycloak 26.7.4 was running at http://localhost:8080  (12.3 s)

        Runtime             external, because of --keycloak-url
        Realm               fastmcp (created)
        Issuer              http://localhost:8080/realms/fastmcp
        Registration        http://localhost:8080/realms/fastmcp/clients-registrations/openid-connect
        MCP URL             http://localhost:8000/mcp
                            http://localhost:8001/mcp
        Test users          testuser / password123
                            testadmin / password123  (admin, boss)
        Scopes              openid profile

        Next                mcp-keycloak snippets   what to paste into FastMCP, Claude Code, VS Code, …
                            mcp-keycloak status     what runs, and how full it is

        For development on this machine only: plain http, well-known test passwords.
      ⚠ Nothing was proved."
    `)
  })
})

const STATUS: StatusReport = {
  schemaVersion: 1,
  instance: 'default',
  runtime: 'compose',
  version: '26.7.4',
  url: 'http://localhost:8080',
  startedAt: null,
  adminConsole: 'http://localhost:8080/admin/',
  admin: { username: 'admin', password: 'generated' },
  realms: [
    {
      endpoints: UP.endpoints,
      mcpUrls: UP.mcpUrls,
      users: UP.users,
      clients: { registered: 3, total: 11, limit: 1000 },
      drift: true,
    },
  ],
  options: [
    { key: 'port', value: 8080, origin: 'flag' },
    { key: 'realmFile', value: null, origin: 'default' },
  ],
  warnings: [],
}

describe('what a person reads of status', () => {
  it('is what runs, and how full it is', () => {
    expect(text(renderStatus(STATUS, chalk, false))).toMatchInlineSnapshot(`
      "✔ Keycloak 26.7.4 runs at http://localhost:8080  (instance "default", compose)

        Admin console       http://localhost:8080/admin/
                            admin / generated

        Realm               fastmcp
        Issuer              http://localhost:8080/realms/fastmcp
        MCP URL             http://localhost:8000/mcp
                            http://localhost:8001/mcp
        Test users          testuser / password123
                            testadmin / password123  (admin, boss)
        Clients             3 registered by themselves; 11 of 1000 in all
      ⚠ The file that "fastmcp" was made from has changed since: mcp-keycloak realm diff"
    `)
  })

  it('names each option and where it came from with --verbose', () => {
    const more = text(renderStatus(STATUS, chalk, true)).replace(text(renderStatus(STATUS, chalk, false)), '')
    expect(more).toMatchInlineSnapshot(`
      "

        --port              8080  (flag)
        --realm-file        null  (default)"
    `)
  })

  it('says since when it runs, in the words of this machine', () => {
    const startedAt = '2026-01-02T03:04:05.000Z'
    const shown = text(renderStatus({ ...STATUS, startedAt }, chalk, false))
    expect(shown).toContain(`Since               ${new Date(startedAt).toLocaleString()}`)
  })

  it('says what to do when there is no realm, and that there is no limit', () => {
    expect(text(renderStatus({ ...STATUS, realms: [] }, chalk, false))).toContain(
      'no realm of ours: mcp-keycloak up',
    )
    const realms = STATUS.realms.map((realm) => ({ ...realm, clients: { ...realm.clients, limit: null } }))
    expect(text(renderStatus({ ...STATUS, realms }, chalk, false))).toContain('11 of any number in all')
  })
})

it.each<[Partial<DownReport>, string]>([
  [{ stopped: true }, '✔ Keycloak is stopped (instance "default"); its data stay.'],
  [{ stopped: true, purged: true }, '✔ Keycloak is stopped (instance "default"); its data are removed.'],
  [{ purged: true }, '✔ Keycloak was not running (instance "default"); its data are removed.'],
  [{ warnings: ['x'] }, '✔ Keycloak was not running (instance "default").\n⚠ x'],
])('what a person reads after down is what was done: %j', (done, expected) => {
  const report: DownReport = {
    schemaVersion: 1,
    instance: 'default',
    stopped: false,
    purged: false,
    warnings: [],
    ...done,
  }
  expect(text(renderDown(report, chalk))).toBe(expected)
})
