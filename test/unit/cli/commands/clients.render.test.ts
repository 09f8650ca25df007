import { Chalk } from 'chalk'
import { describe, expect, it } from 'vitest'

import { renderClients, renderDeleted } from '../../../../src/cli/commands/clients.render.ts'
import type { ClientEntry } from '../../../../src/operations/clients/clients.ts'

const chalk = new Chalk({ level: 0 })
const local = (text: string) => new Date(text).toISOString() // this machine's time zone, whichever it is

const CLIENTS: readonly ClientEntry[] = [
  {
    clientId: 'https://claude.ai/oauth/metadata',
    kind: 'metadata-document',
    name: 'Claude',
    redirectHosts: ['claude.ai', 'claude.com'],
    registeredAt: null,
    lastSessionAt: local('2026-11-20T08:05'),
    used: true,
    knownSince: local('2026-11-01T00:00'),
  },
  {
    clientId: '94bfcc1d',
    kind: 'registered',
    name: null,
    redirectHosts: ['localhost'],
    registeredAt: local('2026-11-02T23:59'),
    lastSessionAt: null,
    used: false,
    knownSince: local('2026-11-01T00:00'),
  },
]
const of = { schemaVersion: 1, realm: 'fastmcp', url: 'http://localhost:8080' } as const

describe('what a person reads of clients', () => {
  it('clients list prints a line for each client', () => {
    expect(
      renderClients({ ...of, clients: CLIENTS, total: 10, limit: 1000 }, chalk).join('\n'),
    ).toMatchInlineSnapshot(`
      "✔ 2 self-registered clients in "fastmcp"; 10 in total (limit 1000).

        CLIENT ID                         REGISTERED        LAST SESSION      REDIRECTS TO          NAME
        https://claude.ai/oauth/metadata  not known         2026-11-20 08:05  claude.ai claude.com  Claude (metadata document)
        94bfcc1d                          2026-11-02 23:59  never             localhost"
    `)
  })

  it('clients list without clients prints the total', () => {
    const report = { ...of, clients: [], total: 8, limit: null }
    expect(renderClients(report, chalk)).toMatchInlineSnapshot(`
      [
        "✔ No self-registered clients in "fastmcp"; 8 in total.",
      ]
    `)
  })

  it('clients prune prints deleted clients and those of unknown age', () => {
    const report = { ...of, dryRun: false, deleted: CLIENTS.slice(1), unknown: CLIENTS.slice(0, 1), left: 1 }
    expect(renderDeleted(report, chalk).join('\n')).toMatchInlineSnapshot(`
      "✔ 1 client of "fastmcp" is deleted; 1 is left.

        CLIENT ID  REGISTERED        LAST SESSION  REDIRECTS TO  NAME
        94bfcc1d   2026-11-02 23:59  never         localhost

      ⚠ Kept, because it is not known how old they are, or whether they were used:
        CLIENT ID                         REGISTERED  LAST SESSION      REDIRECTS TO          NAME
        https://claude.ai/oauth/metadata  not known   2026-11-20 08:05  claude.ai claude.com  Claude (metadata document)"
    `)
  })

  it('clients prune --dry-run prints what would be deleted', () => {
    const report = { ...of, dryRun: true, deleted: CLIENTS, unknown: [], left: 0 }
    expect(renderDeleted(report, chalk)[0]).toMatchInlineSnapshot(
      `"✔ 2 clients of "fastmcp" would be deleted; 0 are left."`,
    )
  })
})
