import { Chalk } from 'chalk'
import { describe, expect, it } from 'vitest'

import { renderTimings, renderUp } from '../../../../src/cli/commands/up.render.ts'
import { realmEndpoints } from '../../../../src/config/endpoints.ts'
import type { UpReport } from '../../../../src/operations/up.ts'

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
  it('up --verbose prints the times of its steps', () => {
    const shown = text(renderTimings(UP, chalk))
    expect(shown).toMatchInlineSnapshot(
      `"  Time                fetch 0.0 s, start 10.8 s, realm 0.5 s, proof 1.0 s"`,
    )
  })

  it('up prints URLs, users, scopes and next commands', () => {
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

  it('up prints the initial access token of a strict realm', () => {
    const shown = text(renderUp({ ...UP, initialAccessToken: 'a.b.c' }, chalk))
    expect(shown).toContain('Registration token  a.b.c\n')
    expect(shown.split('\n').filter((line) => line.includes('token'))).toMatchInlineSnapshot(`
      [
        "  Registration token  a.b.c",
        "                      initial access token, valid for a day: Authorization: Bearer …",
        "  Proof               a client registered, testuser logged in, the token is right (1.0 s)",
      ]
    `)
  })

  it('up begins with a realm that differs, and prints the command that resets it', () => {
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

  it('up prints no console, containers and proof for an external Keycloak', () => {
    const report: UpReport = {
      ...UP,
      runtime: 'external',
      runtimeReason: 'the option "keycloakUrl" names it',
      alreadyRunning: true,
      containerUrl: null,
      admin: null,
      proof: null,
    }
    expect(text(renderUp(report, chalk))).toMatchInlineSnapshot(`
      "✔ Keycloak 26.7.5 was running at http://localhost:8080  (12.3 s)

        Runtime             external, because the option "keycloakUrl" names it
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
