import type { ChalkInstance } from 'chalk'
import type { Command } from 'commander'
import type { AskRestore, UpReport } from '../../operations/up.ts'

import { differenceHeadline } from '../../provisioning/realm-difference.ts'
import { askYesNo } from '../confirm.ts'
import type { CommandContext } from '../context.ts'
import { SHOW_SECRETS, UP_KEYS, withConfigOptions } from '../options.ts'
import type { Output } from '../output.ts'
import { programName } from '../program-name.ts'
import { block, row, title, warning } from '../render.ts'
import { resolveOptions } from '../resolve-options.ts'

/** `mcp-keycloak up`: a Keycloak that MCP clients log in through. */
export function addUpCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('up')
    .description('start a local Keycloak whose realm is made for MCP, and prove that it works')
    .option('--show-secrets', SHOW_SECRETS)
  withConfigOptions(command, UP_KEYS).action(async ({ showSecrets = false }: { showSecrets?: boolean }) => {
    const { hideSecrets } = await import('../../operations/hide-secrets.ts')
    const { up } = await import('../../operations/up.ts')
    const out = context.output(command)
    const { signal } = context
    const { config } = await resolveOptions(command, out, signal)
    const call = (command: string) => out.advise(`${programName()} ${command}`)
    const report = await up(config, {
      onStep: out.step,
      signal,
      hurry: context.hurry,
      restart: out.options.yes === true,
      restore: offerBackup(out, signal),
    })
    out.result(out.options.json && !showSecrets ? hideSecrets(report) : report, (report, chalk) => [
      ...renderUp(report, chalk, call),
      ...(out.options.verbose ? ['', ...renderTimings(report, chalk)] : []),
    ])
  })
}

/** Asks on a terminal whether to restore a lost realm. Without a terminal, the warning names the backup. */
function offerBackup(out: Output, signal: AbortSignal): AskRestore {
  return async ({ realm, database, backup }) => {
    out.note(
      database
        ? `The database was lost: Keycloak has none of its realms any more. The newest backup of "${realm}" is ${backup}`
        : `The realm "${realm}" is gone from the server. Its newest backup is ${backup}`,
    )
    return (await askYesNo('Restore it from that backup?', out.options, signal)) === true
  }
}

/**
 * What a person reads after `up`. Pure: a snapshot test holds it.
 *
 * @param call how a command is called
 */
export function renderUp(
  report: UpReport,
  chalk: ChalkInstance,
  call = (command: string) => `mcp-keycloak ${command}`,
): string[] {
  const { endpoints, admin, proof } = report
  return [
    ...headline(report, chalk, call),
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
          'initial access token, good for a day: Authorization: Bearer …',
        )
      : []),
    ...row(chalk, 'MCP URL', ...report.mcpUrls),
    ...row(chalk, 'Test users', ...report.users.map(userLine)),
    ...row(chalk, 'Scopes', report.scopes.join(' ')),
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
      ...columns([
        [call('snippets'), 'what to paste into FastMCP, Claude Code, VS Code, …'],
        [call('status'), 'what runs, and how full it is'],
        ...(admin ? [[call('down'), 'stop it; data is kept'] as const] : []),
      ]),
    ),
    '',
    chalk.dim('  For development on this machine only: plain http, well-known test passwords.'),
  ]
}

/** The first lines of the report. They begin with the realm when it differs from the options. */
function headline(
  { difference, ...report }: UpReport,
  chalk: ChalkInstance,
  call: (command: string) => string,
): string[] {
  const pasted = (command: string) => call(command.replace(/^mcp-keycloak /, ''))
  const { keycloakUrl, realm } = report.endpoints
  const state = report.alreadyRunning ? 'was running' : 'is ready'
  const server = `Keycloak ${report.version} ${state} at ${keycloakUrl}  (${seconds(report.elapsedMs)})`
  if (difference === null) return [title(chalk, server)]
  return [
    warning(chalk, chalk.bold(differenceHeadline(realm))),
    ...block(chalk, '  ', 'Why', difference.why),
    ...block(chalk, '  ', 'Fix', pasted(difference.fix)),
    ...block(chalk, '  ', 'See', pasted(difference.compare)),
    '',
    `  ${server}`,
  ]
}

/** What is typed, and what it does. */
function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([typed]) => typed.length))
  return rows.map(([typed, does]) => `${typed.padEnd(width)}   ${does}`)
}

/** Where the time went. */
export function renderTimings({ timings }: UpReport, chalk: ChalkInstance): string[] {
  const { fetchMs, startMs, realmMs, proofMs } = timings
  const parts = { fetch: fetchMs, start: startMs, realm: realmMs, proof: proofMs }
  const said = Object.entries(parts).map(([name, ms]) => `${name} ${seconds(ms)}`)
  return row(chalk, 'Time', said.join(', '))
}

/** `name / password (role, role)`. */
export function userLine({ username, password, roles }: UpReport['users'][number]): string {
  return `${username} / ${password}${roles.length > 0 ? `  (${roles.join(', ')})` : ''}`
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}
