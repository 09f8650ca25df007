import { Chalk } from 'chalk'
import { describe, expect, it } from 'vitest'

import { renderInstances, renderStatus } from '../../../../src/cli/commands/status.render.ts'
import { realmEndpoints } from '../../../../src/config/endpoints.ts'
import type { InstancesReport } from '../../../../src/operations/instances.ts'
import type { StatusReport } from '../../../../src/operations/status.ts'

const chalk = new Chalk({ level: 0 })
const text = (lines: readonly string[]) => lines.map((line) => line.trimEnd()).join('\n')

const MCP_URLS = ['http://localhost:8000/mcp', 'http://localhost:8001/mcp']
const STATUS: StatusReport = {
  schemaVersion: 1,
  instance: 'default',
  runtime: 'compose',
  version: '26.7.5',
  url: 'http://localhost:8080',
  startedAt: null,
  adminConsole: 'http://localhost:8080/admin/',
  admin: { username: 'admin', password: 'generated' },
  realms: [
    {
      endpoints: realmEndpoints('http://localhost:8080', 'fastmcp'),
      mcpUrls: MCP_URLS,
      users: [
        { username: 'testuser', password: 'password123', roles: [] },
        { username: 'testadmin', password: 'password123', roles: ['admin', 'boss'] },
      ],
      clients: { registered: 3, total: 11, limit: 1000 },
      drift: true,
      options: [
        { key: 'mcpUrl', value: MCP_URLS },
        { key: 'consent', value: false },
      ],
    },
  ],
  options: [
    { key: 'instance', value: 'default', origin: 'default', source: null },
    { key: 'keycloakUrl', value: null, origin: 'default', source: null },
    { key: 'port', value: 8080, origin: 'flag', source: '--port' },
    { key: 'realmFile', value: null, origin: 'default', source: null },
    { key: 'mcpUrl', value: ['http://a/mcp'], origin: 'config file', source: '/p/mcp-keycloak.config.json' },
    { key: 'proof', value: false, origin: 'environment', source: 'MCP_KEYCLOAK_PROOF' },
  ],
  warnings: [],
}

describe('what a person reads of status', () => {
  it('status prints the server, its realms and their clients', () => {
    expect(text(renderStatus(STATUS, chalk, false))).toMatchInlineSnapshot(`
      "✔ Keycloak 26.7.5 runs at http://localhost:8080  (instance "default", compose)

        Admin console       http://localhost:8080/admin/
                            admin / generated

        Realm               fastmcp
        Issuer              http://localhost:8080/realms/fastmcp
        MCP URL             http://localhost:8000/mcp
                            http://localhost:8001/mcp
        Test users          testuser / password123
                            testadmin / password123  (admin, boss)
        Clients             3 self-registered, 11 in total (limit 1000)
      ⚠ The file that "fastmcp" was made from has changed since: mcp-keycloak realm diff"
    `)
  })

  it("status --verbose lists each option with its source and the realm's record", () => {
    const less = renderStatus(STATUS, chalk, false)
    const more = renderStatus(STATUS, chalk, true).filter((line) => line === '' || !less.includes(line))
    expect(text(more).trim()).toMatchInlineSnapshot(`
      "Remembers           --mcp-url ["http://localhost:8000/mcp","http://localhost:8001/mcp"]
                            --consent false

        Options             of this call, and where each came from:
        --instance          "default"  (default)
        --keycloak-url      not set  (default)
        --port              8080  (flag --port)
        --realm-file        not set  (default, or what the realm remembers)
        --mcp-url           ["http://a/mcp"]  (config file /p/mcp-keycloak.config.json)
        --proof             false  (environment MCP_KEYCLOAK_PROOF)"
    `)
  })

  it('status prints the start time in local time', () => {
    const startedAt = '2026-01-02T03:04:05.000Z'
    const shown = text(renderStatus({ ...STATUS, startedAt }, chalk, false))
    expect(shown).toMatch(new RegExp(`Since +${new Date(startedAt).toLocaleString('sv-SE')}`))
  })

  it('status reports a missing realm and a missing client limit', () => {
    expect(text(renderStatus({ ...STATUS, realms: [] }, chalk, false))).toMatchInlineSnapshot(`
      "✔ Keycloak 26.7.5 runs at http://localhost:8080  (instance "default", compose)

        Admin console       http://localhost:8080/admin/
                            admin / generated
      ⚠ It has no managed realm: mcp-keycloak up"
    `)
    const realms = STATUS.realms.map((realm) => ({ ...realm, clients: { ...realm.clients, limit: null } }))
    expect(text(renderStatus({ ...STATUS, realms }, chalk, false))).toContain(
      '3 self-registered, 11 in total',
    )
  })
})

describe('what a person reads of status --all', () => {
  const INSTANCE = { runtime: 'java', version: '26.7.5', url: 'http://localhost:8080' } as const
  const report: InstancesReport = {
    schemaVersion: 1,
    instances: [
      { ...INSTANCE, instance: 'default', running: true, startedAt: '2026-01-02T03:04:05.000Z' },
      { ...INSTANCE, instance: 'older', running: false, startedAt: null, version: '26.6.4' },
      { ...INSTANCE, instance: 'killed', running: false, startedAt: '2026-01-02T03:04:05.000Z' },
    ],
    foreign: [],
    warnings: [],
  }

  it('status --all prints a line for each instance', () => {
    expect(text(renderInstances(report, chalk))).toMatchInlineSnapshot(`
      "  default             runs     http://localhost:8080  Keycloak 26.7.5, java
        older               stopped  http://localhost:8080  Keycloak 26.6.4, java
        killed              died     http://localhost:8080  Keycloak 26.7.5, java"
    `)
  })

  it('status --all names containers of other data folders', () => {
    const foreign = {
      project: 'mcp-keycloak-default-c0ffee',
      instance: 'default',
      owner: 'c0ffee123456',
      dataFolder: '/home/eve/data',
      running: true,
      containers: ['mcp-keycloak-default-c0ffee-keycloak-1'],
      volumes: ['mcp-keycloak-default-c0ffee_data'],
    }
    expect(
      text(renderInstances({ ...report, instances: [], foreign: [foreign] }, chalk)),
    ).toMatchInlineSnapshot(`
      "  There is no instance on this machine: mcp-keycloak up

        Other data folders in Docker:
        default             runs     mcp-keycloak-default-c0ffee, owner c0ffee, data folder /home/eve/data"
    `)
  })

  it('status --all without instances names up', () => {
    expect(renderInstances({ ...report, instances: [] }, chalk)).toMatchInlineSnapshot(`
      [
        "  There is no instance on this machine: mcp-keycloak up",
      ]
    `)
  })
})
