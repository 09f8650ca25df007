import { Chalk } from 'chalk'
import { describe, expect, it } from 'vitest'

import { renderResetRealm } from '../../../../src/cli/commands/reset-realm.ts'
import { realmEndpoints } from '../../../../src/config/endpoints.ts'
import type { ResetRealmReport } from '../../../../src/provisioning/reset-realm-report.ts'

const chalk = new Chalk({ level: 0 })
const text = (lines: readonly string[]) => lines.map((line) => line.trimEnd()).join('\n')

describe('what a person reads after reset-realm', () => {
  const report: ResetRealmReport = {
    schemaVersion: 1,
    endpoints: realmEndpoints('http://localhost:8080', 'fastmcp'),
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

  it('reset-realm prints what was kept and dropped', () => {
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

  it('reset-realm --hard prints how each program forgets its client', () => {
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

  it('reset-realm --dry-run prints what would be done', () => {
    const [headline, ...rows] = renderResetRealm({ ...report, dryRun: true, backup: null }, chalk)
    expect(headline).toMatchInlineSnapshot(`"✔ The realm "fastmcp" would be reset"`)
    expect(rows.join('\n')).not.toContain('Backup')
  })

  it('reset-realm reports a signing key that is not kept', () => {
    const kept = { ...report.kept, signingKey: false }
    expect(text(renderResetRealm({ ...report, kept }, chalk))).toContain('signing key: no')
  })
})
