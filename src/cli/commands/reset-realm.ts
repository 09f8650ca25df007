import type { ChalkInstance } from 'chalk'
import type { Command } from 'commander'

import { COMMAND_KEYS } from '../../config/command-keys.ts'
import type { ResetRealmReport } from '../../operations/reset-realm.ts'
import { configCommand } from '../config-command.ts'
import type { CommandContext } from '../context.ts'
import { row, seconds, title } from '../render.ts'
import { renderAdditions, renderUnready } from '../render-needs.ts'

interface ResetRealmFlags {
  readonly hard?: boolean
  readonly dryRun?: boolean
}

/** Adds `mcp-keycloak reset-realm`, which resets the realm to its file in about a second. */
export function addResetRealmCommand(program: Command, context: CommandContext): void {
  configCommand<ResetRealmFlags>(program, context, {
    name: 'reset-realm',
    description:
      'make the realm what its file says, on the running server; clients, logins and keys are kept',
    options: [
      ['--hard', 'keep nothing: no registered clients, no consents, no secrets, no signing key'],
      ['--dry-run', 'only say what would be kept and what would be gone'],
    ],
    keys: COMMAND_KEYS['reset-realm'],
    run: async ({ config, out, flags: { hard = false, dryRun = false } }) => {
      const { resetRealm } = await import('../../operations/reset-realm.ts')
      const { signal, uninterrupted } = context
      const report = await resetRealm(config, { hard, dryRun, onStep: out.step, signal, uninterrupted })
      out.result(report, renderResetRealm)
    },
  })
}

/** Renders the result of `reset-realm`. */
export function renderResetRealm(report: ResetRealmReport, chalk: ChalkInstance): string[] {
  const { endpoints, dryRun, kept, dropped, backup, forget } = report
  const headline = dryRun
    ? `The realm "${endpoints.realm}" would be reset`
    : `The realm "${endpoints.realm}" is reset  (${seconds(report.elapsedMs)})`
  const names = (list: readonly string[]) => (list.length === 0 ? 'none' : list.join(', '))
  return [
    ...renderUnready(endpoints.realm, report.needs, chalk),
    title(chalk, headline),
    '',
    ...row(chalk, 'Kept', `signing key: ${kept.signingKey ? 'yes, so tokens stay valid' : 'no'}`),
    ...row(
      chalk,
      '',
      `self-registered clients: ${kept.clients.length}`,
      `consents: ${kept.consents}`,
      ...(kept.sessions ? ['sessions: users stay logged in'] : []),
    ),
    ...row(chalk, 'Dropped', `clients: ${names(dropped.clients)}`, `users: ${names(dropped.users)}`),
    ...(kept.sessions ? [] : row(chalk, '', 'sessions: all; users log in again')),
    ...renderAdditions(report.needs, chalk),
    ...(backup ? row(chalk, 'Backup', backup) : []),
    ...(forget.length > 0 && !dryRun
      ? [
          '',
          '  To make a program forget its client, which is gone:',
          ...forget.flatMap(({ title: name, how }) => row(chalk, name, how)),
        ]
      : []),
  ]
}
