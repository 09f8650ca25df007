import { Chalk } from 'chalk'
import { describe, expect, it } from 'vitest'

import { renderRealmDiff, renderRealmFile } from '../../../../src/cli/commands/realm.render.ts'
import type { RealmDiffReport } from '../../../../src/operations/realm/realm-diff.ts'

const chalk = new Chalk({ level: 0 })
const REPORT: RealmDiffReport = {
  schemaVersion: 1,
  realm: 'fastmcp',
  url: 'http://localhost:8080',
  drift: [],
  warnings: [],
  elapsedMs: 1,
}

describe('what a person reads of realm diff', () => {
  it('realm diff prints one line without a difference', () => {
    expect(renderRealmDiff(REPORT, chalk)).toMatchInlineSnapshot(`
      [
        "✔ The realm "fastmcp" at http://localhost:8080 equals its file and its options.",
      ]
    `)
  })

  it('realm diff prints the expected and the actual value', () => {
    const drift: RealmDiffReport['drift'] = [
      { path: 'accessTokenLifespan', kind: 'changed', expected: 300, actual: 60 },
      { path: 'clients[a].name', kind: 'removed', expected: 'A' },
      { path: 'clients[b]', kind: 'added', actual: { clientId: 'b', enabled: true } },
      { path: 'clients[c].redirectUris', kind: 'changed', expected: ['x', 'y'], actual: ['y', 'z'] },
    ]
    expect(renderRealmDiff({ ...REPORT, drift }, chalk).join('\n')).toMatchInlineSnapshot(`
      "✘ The realm "fastmcp" at http://localhost:8080 differs from its file and its options.

          accessTokenLifespan
        -   300
        +   60
        - clients[a].name: "A"
        + clients[b]
          clients[c].redirectUris
        -   "x"
        +   "z"

        - as it should be   + as it is on the server"
    `)
  })
})

it('realm render prints the file alone, or its path', () => {
  expect(renderRealmFile({ realm: { realm: 'r' }, output: null }, chalk)).toEqual([
    '{',
    '  "realm": "r"',
    '}',
  ])
  expect(renderRealmFile({ realm: {}, output: 'r.json' }, chalk)).toMatchInlineSnapshot(`
    [
      "✔ Written to r.json",
    ]
  `)
})
