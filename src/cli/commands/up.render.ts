import type { ChalkInstance } from 'chalk'
import { command, DEFAULT_REALM } from '../../config/command.ts'
import type { UpReport } from '../../operations/up.ts'
import { differenceHeadline } from '../../provisioning/realm-difference.ts'
import { block, row, seconds, title, warning } from '../render.ts'
import { renderAdditions, renderUnready } from '../render-needs.ts'
import { table } from '../table.ts'

/**
 * Renders the result of `up`. Pure: a snapshot test checks it.
 *
 * @param program how the user calls this program
 */
export function renderUp(report: UpReport, chalk: ChalkInstance, program = 'mcp-keycloak'): string[] {
  const { endpoints, admin, proof } = report
  const called = (line: string) => line.replace(/^mcp-keycloak/, program)
  return [
    ...renderUnready(endpoints.realm, report.needs, chalk, called),
    ...headline(report, chalk, called),
    '',
    ...row(chalk, 'Runtime', `${report.runtime}, because ${report.runtimeReason}`),
    ...row(chalk, 'Realm', `${endpoints.realm} (${report.realm})`),
    ...row(chalk, 'Issuer', chalk.cyan(endpoints.issuer)),
    ...row(chalk, 'Registration', endpoints.registration),
    ...(report.initialAccessToken
      ? row(
          chalk,
          'Registration token',
          report.initialAccessToken,
          'initial access token, valid for a day: Authorization: Bearer …',
        )
      : []),
    ...row(chalk, 'MCP URL', ...report.mcpUrls),
    ...row(chalk, 'Test users', ...report.users.map(userLine)),
    ...(report.scopes.length > 0 ? row(chalk, 'Scopes', report.scopes.join(' ')) : []),
    ...renderAdditions(report.needs, chalk),
    ...(admin
      ? row(
          chalk,
          'Admin console',
          `${endpoints.keycloakUrl}/admin/`,
          `${admin.username} / ${admin.password}`,
        )
      : []),
    ...(report.containerUrl ? row(chalk, 'From containers', report.containerUrl) : []),
    ...(proof
      ? row(
          chalk,
          'Proof',
          `a client registered, ${proof.username} logged in, the token is right (${seconds(proof.elapsedMs)})`,
        )
      : []),
    '',
    ...row(
      chalk,
      'Next',
      ...table(
        [
          [
            called(command('snippets', { realm: realmFlag(endpoints.realm) })),
            'what to paste into FastMCP, Claude Code, VS Code, …',
          ],
          [called(command('status')), 'what runs, and how full it is'],
          ...(admin ? [[called(command('down')), 'stop it; data is kept'] as const] : []),
        ],
        3,
      ),
    ),
    '',
    chalk.dim('  For development on this machine only: plain http, well-known test passwords.'),
  ]
}

/** Only another realm than the default one needs a flag. */
function realmFlag(realm: string): string | undefined {
  return realm === DEFAULT_REALM ? undefined : realm
}

/** The first lines of the report. They begin with the realm when it differs from the options. */
function headline(
  { difference, ...report }: UpReport,
  chalk: ChalkInstance,
  called: (line: string) => string,
): string[] {
  const { keycloakUrl, realm } = report.endpoints
  const state = report.alreadyRunning ? 'was running' : 'is ready'
  const server = `Keycloak ${report.version} ${state} at ${keycloakUrl}  (${seconds(report.elapsedMs)})`
  if (difference === null) return [title(chalk, server)]
  return [
    warning(chalk, chalk.bold(differenceHeadline(realm))),
    ...block(chalk, '  ', 'Why', difference.why),
    ...block(chalk, '  ', 'Fix', called(difference.fix)),
    ...block(chalk, '  ', 'See', called(difference.compare)),
    '',
    `  ${server}`,
  ]
}

/** Renders the time of each step. */
export function renderTimings({ timings }: UpReport, chalk: ChalkInstance): string[] {
  const { fetchMs, startMs, realmMs, proofMs } = timings
  const parts = { fetch: fetchMs, start: startMs, realm: realmMs, proof: proofMs }
  const said = Object.entries(parts).map(([name, ms]) => `${name} ${seconds(ms)}`)
  return row(chalk, 'Time', said.join(', '))
}

/** Renders `name / password (role, role)`. */
export function userLine({ username, password, roles }: UpReport['users'][number]): string {
  return `${username} / ${password}${roles.length > 0 ? `  (${roles.join(', ')})` : ''}`
}
