import { Chalk } from 'chalk'
import { expect, it } from 'vitest'

import { additionLines, renderDoctor } from '../../../../src/cli/commands/doctor.render.ts'
import type { DoctorReport } from '../../../../src/operations/doctor/doctor.ts'
import type { VerifyReport } from '../../../../src/operations/verify.ts'
import type { Addition } from '../../../../src/provisioning/needs/live-additions.ts'

const chalk = new Chalk({ level: 0 })

type CheckLine = DoctorReport['checks'][number]
const check = (group: CheckLine['group'], title: string, given: Partial<CheckLine>): CheckLine => ({
  ...{
    group,
    title,
    name: title,
    status: 'ok',
    what: 'fine',
    why: null,
    fix: null,
    repair: null,
    elapsedMs: 7,
  },
  ...given,
})

const REPORT: DoctorReport = {
  schemaVersion: 1,
  instance: 'default',
  running: true,
  healthy: false,
  checks: [
    check('machine', 'Docker', { what: 'engine 29.0.1' }),
    check('machine', 'Java', { status: 'skip', what: 'no Java', why: 'Not needed.' }),
    check('server', 'Version', { why: 'Bugs that nobody meets.' }),
    check('realm', 'Drift', {
      status: 'warn',
      what: '1 setting',
      why: 'One.\nTwo.',
      fix: 'mcp-keycloak realm diff',
    }),
    check('clients', 'Codex', { status: 'fail', what: 'refused', why: 'because', fix: 'do' }),
    check('clients', 'Cursor', { status: 'fail', what: 'refused', why: 'because', fix: 'do' }),
  ],
  mcpServers: [],
  counts: { ok: 2, warn: 1, fail: 2, skip: 1 },
  fixed: null,
  elapsedMs: 2345,
}

it('doctor prints a line for each check, with why and fix for each fault', () => {
  expect(renderDoctor(REPORT, chalk, false).join('\n')).toMatchInlineSnapshot(`
    "Machine
      ✔ Docker                  engine 29.0.1
      – Java                    no Java
          Why  Not needed.

    Server
      ✔ Version                 fine

    Realm
      ⚠ Drift                   1 setting
          Why  One.
               Two.
          Fix  mcp-keycloak realm diff

    Clients
      ✘ Codex                   refused
          Why  because
          Fix  do
      ✘ Cursor                  refused  (as above)

    ✘ 2 of 6 checks found a fault, 1 warning, 1 not looked at  (2.3 s)"
  `)
})

it('doctor prints one line for a skipped group', () => {
  const skipped = {
    status: 'skip',
    what: 'Not looked at',
    why: 'Keycloak is not running.',
    fix: 'mcp-keycloak up',
  } as const
  const checks = [
    check('machine', 'Docker', {}),
    check('server', 'Health', skipped),
    check('server', 'Clock', skipped),
  ]
  const counts = { ok: 1, warn: 0, fail: 0, skip: 2 }
  const report = { ...REPORT, running: false, healthy: true, checks, counts }
  expect(renderDoctor(report, chalk, false).join('\n')).toMatchInlineSnapshot(`
    "Machine
      ✔ Docker                  fine

    Server
      – not looked at: Keycloak is not running.
          Fix  mcp-keycloak up

    ✔ No fault in 1 check, 2 not looked at  (2.3 s)  Keycloak does not run: mcp-keycloak up"
  `)
})

it('doctor joins checks that are skipped for one reason', () => {
  const skipped = { status: 'skip', what: 'not looked at', why: 'No password.', fix: 'Set it.' } as const
  const checks = [
    check('realm', 'Metadata', {}),
    check('realm', 'Roles', skipped),
    check('realm', 'Scopes', skipped),
  ]
  expect(renderDoctor({ ...REPORT, checks }, chalk, false).slice(0, 5)).toMatchInlineSnapshot(`
    [
      "Realm",
      "  ✔ Metadata                fine",
      "  – not looked at: Roles, Scopes",
      "      Why  No password.",
      "      Fix  Set it.",
    ]
  `)
})

it('doctor --verbose prints times, reasons and the number of fixed settings', () => {
  const lines = renderDoctor({ ...REPORT, fixed: ['a', 'b'] }, chalk, true)
  expect(lines).toContain('  ✔ Version                 fine  (7 ms)')
  expect(lines).toContain('      Why  Bugs that nobody meets.')
  expect(lines.at(-1)).toMatchInlineSnapshot(
    `"✘ 2 of 6 checks found a fault, 1 warning, 1 not looked at, 2 settings put right before  (2.3 s)"`,
  )
})

it('doctor prints each MCP server as verify does', () => {
  const server: VerifyReport = {
    schemaVersion: 1,
    mcpUrl: 'http://localhost:8000/mcp',
    issuer: 'http://localhost:8080/realms/fastmcp',
    framework: null,
    checks: [
      {
        name: 'aud',
        title: 'Refuses',
        status: 'fail',
        what: 'It accepts',
        why: 'because',
        fix: 'do',
        url: null,
      },
    ],
    score: { passed: 0, warned: 0, failed: 1, skipped: 0, of: 1 },
    warnings: [],
    elapsedMs: 1,
  }
  const checks = REPORT.checks.slice(0, 1)
  const counts = { ok: 1, warn: 0, fail: 0, skip: 0 }
  const report = { ...REPORT, checks, counts, mcpServers: [server] }
  expect(renderDoctor(report, chalk, false).join('\n')).toMatchInlineSnapshot(`
    "Machine
      ✔ Docker                  engine 29.0.1

    ✘ http://localhost:8000/mcp: 0 of 1, 1 failed

      ✘ Refuses  It accepts
          Why  because
          Fix  do

    ✘ 1 of 1 at http://localhost:8000/mcp  (2.3 s)"
  `)
})

it('doctor --fix prints what a need adds, with its reason', () => {
  const need = { title: 'Web origins', reason: 'A page is blocked without its origin.' } as Addition['need']
  const lines = additionLines(
    {
      need,
      changes: [
        { path: 'origins', kind: 'removed', expected: ['http://a', 'http://b'] },
        { path: 'scopes[openid]', kind: 'removed', expected: { name: 'openid' } },
        { path: 'limit', kind: 'changed', expected: '300', actual: '200' },
      ],
    },
    chalk,
  )
  expect(lines).toMatchInlineSnapshot(`
    [
      "  Web origins: A page is blocked without its origin.",
      "      origins",
      "    +   "http://a"",
      "    +   "http://b"",
      "    + scopes[openid]",
      "      limit",
      "    -   "200"",
      "    +   "300"",
    ]
  `)
})
