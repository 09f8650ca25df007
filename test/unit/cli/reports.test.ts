import { Chalk } from 'chalk'
import { describe, expect, it } from 'vitest'

import { renderDown } from '../../../src/cli/commands/down.ts'
import { renderInit } from '../../../src/cli/commands/init.ts'
import { renderResetRealm } from '../../../src/cli/commands/reset-realm.ts'
import { renderInstances, renderStatus } from '../../../src/cli/commands/status.render.ts'
import { renderToken } from '../../../src/cli/commands/token.ts'
import { renderTimings, renderUp } from '../../../src/cli/commands/up.render.ts'
import { realmEndpoints } from '../../../src/config/endpoints.ts'
import type { DownReport } from '../../../src/operations/down.ts'
import type { InstancesReport } from '../../../src/operations/instances.ts'
import type { StatusReport } from '../../../src/operations/status.ts'
import type { TokenReport } from '../../../src/operations/token.ts'
import type { UpReport } from '../../../src/operations/up.ts'
import type { ResetRealmReport } from '../../../src/provisioning/reset-realm-report.ts'

const chalk = new Chalk({ level: 0 })
const text = (lines: readonly string[]) => lines.map((line) => line.trimEnd()).join('\n')

const UP: UpReport = {
  schemaVersion: 1,
  instance: 'default',
  version: '26.7.5',
  endpoints: realmEndpoints('http://localhost:8080', 'fastmcp'),
  realm: 'created',
  difference: null,
  mcpUrls: ['http://localhost:8000/mcp', 'http://localhost:8001/mcp'],
  users: [
    { username: 'testuser', password: 'password123', roles: [] },
    { username: 'testadmin', password: 'password123', roles: ['admin', 'boss'] },
  ],
  scopes: ['openid', 'profile'],
  initialAccessToken: null,
  proof: { username: 'testuser', audience: [], scope: 'openid', roles: [], elapsedMs: 987 },
  needs: { count: 24, met: [], unmet: [], fix: null },
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
      "✔ Keycloak 26.7.5 is ready at http://localhost:8080  (12.3 s)

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
                            mcp-keycloak down       stop it; data is kept

        For development on this machine only: plain http, well-known test passwords."
    `)
  })

  it('has the token that clients register with, where they need one', () => {
    const shown = text(renderUp({ ...UP, initialAccessToken: 'a.b.c' }, chalk))
    expect(shown).toContain('Registration token  a.b.c\n')
    expect(shown).toContain('initial access token, valid for a day')
  })

  it('begins with the realm when it is not as it was asked for, and has the command to paste', () => {
    const report: UpReport = {
      ...UP,
      realm: 'different',
      alreadyRunning: true,
      difference: {
        why: 'It was created with another value of --mcp-url.',
        options: ['--mcp-url'],
        fix: 'mcp-keycloak reset-realm --mcp-url http://localhost:9123/mcp --role boss',
        compare: 'mcp-keycloak realm diff --mcp-url http://localhost:9123/mcp --role boss',
      },
    }
    const shown = text(renderUp(report, chalk))
    expect(shown.split('\n').slice(0, 8).join('\n')).toMatchInlineSnapshot(`
      "⚠ The realm "fastmcp" is not as you asked, and was left unchanged.
        Why  It was created with another value of --mcp-url.
        Fix  mcp-keycloak reset-realm --mcp-url http://localhost:9123/mcp --role boss
        See  mcp-keycloak realm diff --mcp-url http://localhost:9123/mcp --role boss

        Keycloak 26.7.5 was running at http://localhost:8080  (12.3 s)

        Runtime             java, because Docker is not installed; Java 21.0.4 in /jdk"
    `)
    expect(shown).not.toContain('✔')
    const called = text(renderUp(report, chalk, 'npx mcp-keycloak'))
    expect(called).toContain('  Fix  npx mcp-keycloak reset-realm --mcp-url')
  })

  it("leaves out what is not ours on somebody else's server", () => {
    const report: UpReport = {
      ...UP,
      runtime: 'external',
      runtimeReason: 'it was given by --keycloak-url',
      alreadyRunning: true,
      containerUrl: null,
      admin: null,
      proof: null,
    }
    expect(text(renderUp(report, chalk))).toMatchInlineSnapshot(`
      "✔ Keycloak 26.7.5 was running at http://localhost:8080  (12.3 s)

        Runtime             external, because it was given by --keycloak-url
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

        For development on this machine only: plain http, well-known test passwords."
    `)
  })
})

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
      endpoints: UP.endpoints,
      mcpUrls: UP.mcpUrls,
      users: UP.users,
      clients: { registered: 3, total: 11, limit: 1000 },
      drift: true,
      options: [
        { key: 'mcpUrl', value: UP.mcpUrls },
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
  it('is what runs, and how full it is', () => {
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

  it('names each option and where it came from with --verbose, and what the realm remembers', () => {
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

  it('says since when it runs, in the time zone of this machine', () => {
    const startedAt = '2026-01-02T03:04:05.000Z'
    const shown = text(renderStatus({ ...STATUS, startedAt }, chalk, false))
    expect(shown).toContain(`Since               ${new Date(startedAt).toLocaleString('sv-SE')}`)
  })

  it('says what to do when there is no realm, and that there is no limit', () => {
    expect(text(renderStatus({ ...STATUS, realms: [] }, chalk, false))).toContain(
      'no managed realm: mcp-keycloak up',
    )
    const realms = STATUS.realms.map((realm) => ({ ...realm, clients: { ...realm.clients, limit: null } }))
    expect(text(renderStatus({ ...STATUS, realms }, chalk, false))).toContain(
      '3 self-registered, 11 in total',
    )
  })
})

it.each<[Partial<DownReport>, string]>([
  [{ stopped: true }, '✔ Keycloak is stopped (instance "default"); its data is kept.'],
  [{ stopped: true, purged: true }, '✔ Keycloak is stopped (instance "default"); its data is removed.'],
  [{ purged: true }, '✔ Keycloak was not running (instance "default"); its data is removed.'],
  [
    { purged: true, snapshots: ['one', 'two'] },
    '✔ Keycloak was not running (instance "default"); its data is removed, with the snapshots one, two.',
  ],
  [{}, '✔ Keycloak was not running (instance "default").'],
])('what a person reads after down is what was done: %j', (done, expected) => {
  const report: DownReport = {
    schemaVersion: 1,
    instance: 'default',
    stopped: false,
    purged: false,
    snapshots: [],
    warnings: [],
    ...done,
  }
  expect(text(renderDown(report, chalk))).toBe(expected)
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

  it('is a line an instance', () => {
    expect(text(renderInstances(report, chalk))).toMatchInlineSnapshot(`
      "  default             runs     http://localhost:8080  Keycloak 26.7.5, java
        older               stopped  http://localhost:8080  Keycloak 26.6.4, java
        killed              died     http://localhost:8080  Keycloak 26.7.5, java"
    `)
  })

  it('names what other data folders have in Docker', () => {
    const foreign = {
      project: 'mcp-keycloak-default-c0ffee',
      instance: 'default',
      owner: 'c0ffee123456',
      dataFolder: '/home/eve/data',
      running: true,
      containers: ['mcp-keycloak-default-c0ffee-keycloak-1'],
      volumes: ['mcp-keycloak-default-c0ffee_data'],
    }
    expect(text(renderInstances({ ...report, instances: [], foreign: [foreign] }, chalk))).toContain(
      'runs     mcp-keycloak-default-c0ffee, owner c0ffee, data folder /home/eve/data',
    )
  })

  it('is what to do when there is none', () => {
    expect(renderInstances({ ...report, instances: [] }, chalk)).toEqual([
      '  There is no instance on this machine: mcp-keycloak up',
    ])
  })
})

describe('what a person reads after reset-realm', () => {
  const report: ResetRealmReport = {
    schemaVersion: 1,
    endpoints: UP.endpoints,
    dryRun: false,
    inPlace: true,
    kept: { signingKey: true, clients: ['a-uuid', 'b-uuid'], consents: 3, sessions: true },
    dropped: { clients: ['by-hand'], users: [] },
    backup: '/data/backups/fastmcp.json',
    forget: [],
    needs: { count: 24, met: [], unmet: [], fix: null },
    warnings: [],
    elapsedMs: 812,
  }

  it('is what was kept and what is gone', () => {
    expect(text(renderResetRealm(report, chalk))).toMatchInlineSnapshot(`
      "✔ The realm "fastmcp" is reset  (0.8 s)

        Kept                signing key: yes, so tokens stay valid
                            self-registered clients: 2
                            consents: 3
                            sessions: users stay logged in
        Dropped             clients: by-hand
                            users: none
        Backup              /data/backups/fastmcp.json"
    `)
  })

  it('is how each program forgets its client, after --hard', () => {
    const hard: ResetRealmReport = {
      ...report,
      inPlace: false,
      kept: { signingKey: false, clients: [], consents: 0, sessions: false },
      dropped: { clients: ['a-uuid', 'b-uuid'], users: ['eve'] },
      forget: [{ title: 'Claude Code', how: 'claude mcp logout my-mcp-server' }],
    }
    expect(text(renderResetRealm(hard, chalk))).toMatchInlineSnapshot(`
      "✔ The realm "fastmcp" is reset  (0.8 s)

        Kept                signing key: no
                            self-registered clients: 0
                            consents: 0
        Dropped             clients: a-uuid, b-uuid
                            users: eve
                            sessions: all; users log in again
        Backup              /data/backups/fastmcp.json

        To make a program forget its client, which is gone:
        Claude Code         claude mcp logout my-mcp-server"
    `)
  })

  it('is what would be done, with --dry-run', () => {
    const [headline, ...rows] = renderResetRealm({ ...report, dryRun: true, backup: null }, chalk)
    expect(headline).toBe('✔ The realm "fastmcp" would be reset')
    expect(rows.join('\n')).not.toContain('Backup')
  })

  it('is what happens to the signing key when it cannot be kept', () => {
    const kept = { ...report.kept, signingKey: false }
    expect(text(renderResetRealm({ ...report, kept }, chalk))).toContain('signing key: no')
  })
})

describe('what a person reads of token', () => {
  const report: TokenReport = {
    schemaVersion: 1,
    accessToken: 'a.b.c',
    refreshToken: null,
    username: 'testuser',
    clientId: 'mcp-client',
    bad: null,
    expiresInSeconds: 299,
    header: { alg: 'RS256', kid: 'k' },
    claims: {
      iss: 'http://localhost:8080/realms/fastmcp',
      aud: ['x', 'y'],
      exp: 1_767_323_045,
      scope: 'openid',
    },
  }

  it('is the token alone, or as a header', () => {
    expect(renderToken(report, chalk)).toEqual(['a.b.c'])
    expect(renderToken(report, chalk, { header: true })).toEqual(['Authorization: Bearer a.b.c'])
  })

  it('is what is in it, with --decode', () => {
    expect(text(renderToken(report, chalk, { decode: true }))).toMatchInlineSnapshot(`
      "Header
        alg                 RS256
        kid                 k
      Claims
        iss                 http://localhost:8080/realms/fastmcp
        aud                 ["x","y"]
        exp                 1767323045  (2026-01-02T03:04:05.000Z)
        scope               openid
      Lifetime
                            299 s left"
    `)
  })

  it('is why it cannot be read, with --decode, and a time that no calendar has as it is', () => {
    const opaque = { ...report, header: {}, claims: {}, unreadable: 'it is encrypted (JWE)' }
    expect(renderToken(opaque, chalk)).toEqual(['a.b.c'])
    expect(renderToken(opaque, chalk, { decode: true })[0]).toBe(
      'The claims cannot be read, because it is encrypted (JWE).',
    )
    const far = { ...report, claims: { exp: 1e300 } }
    expect(text(renderToken(far, chalk, { decode: true }))).toContain('1e+300')
  })

  it('is since when it is no good any more, and why a server refuses it', () => {
    const bad: TokenReport = { ...report, bad: 'exp', expiresInSeconds: -60 }
    expect(renderToken(bad, chalk, { decode: true }).slice(-2)).toEqual([
      '                      expired 60 s ago',
      'A correct server refuses it: its exp is wrong.',
    ])
  })
})

it('what a person reads after init is where the file is and what is in it', () => {
  const config = { $schema: './node_modules/mcp-keycloak/mcp-keycloak.schema.json', realm: 'shop' }
  const report = { schemaVersion: 1, path: '/p/mcp-keycloak.config.json', config, warnings: [] } as const
  expect(text(renderInit(report, chalk))).toMatchInlineSnapshot(`
    "✔ Written: /p/mcp-keycloak.config.json

      {
        "$schema": "./node_modules/mcp-keycloak/mcp-keycloak.schema.json",
        "realm": "shop"
      }

      Next                mcp-keycloak up   start Keycloak with these options"
  `)
})
