import type { ChalkInstance } from 'chalk'

import type { ClientEntry, ClientsReport } from '../../operations/clients/clients.ts'
import type { ClientsDeletedReport } from '../../operations/clients/clients-prune.ts'
import { title, warning } from '../render.ts'
import { table } from '../table.ts'

/** Renders the result of `clients list`. */
export function renderClients(report: ClientsReport, chalk: ChalkInstance): string[] {
  const { realm, clients, total, limit } = report
  const full = limit === null ? `${total} in total` : `${total} in total (limit ${limit})`
  return [
    title(chalk, `${counted(clients.length, 'self-registered client')} in "${realm}"; ${full}.`),
    ...(clients.length > 0 ? ['', ...clientTable(clients, chalk)] : []),
  ]
}

/** Renders the result of `clients prune` and `clients delete`. */
export function renderDeleted(report: ClientsDeletedReport, chalk: ChalkInstance): string[] {
  const { realm, dryRun, deleted, unknown, left } = report
  const done = dryRun ? 'would be deleted' : deleted.length === 1 ? 'is deleted' : 'are deleted'
  const headline =
    deleted.length === 0
      ? `There is nothing to delete in "${realm}"`
      : `${counted(deleted.length)} of "${realm}" ${done}`
  return [
    title(chalk, `${headline}; ${left} ${left === 1 ? 'is' : 'are'} left.`),
    ...(deleted.length > 0 ? ['', ...clientTable(deleted, chalk)] : []),
    ...(unknown.length > 0
      ? [
          '',
          warning(chalk, 'Kept, because it is not known how old they are, or whether they were used:'),
          ...clientTable(unknown, chalk),
        ]
      : []),
  ]
}

/** Renders one line per client. The name comes last, because it may have any length and script. */
export function clientTable(clients: readonly ClientEntry[], chalk: ChalkInstance): string[] {
  const head = ['CLIENT ID', 'REGISTERED', 'LAST SESSION', 'REDIRECTS TO', 'NAME']
  const rows = clients.map((client) => [
    client.clientId,
    shownTime(client.registeredAt) ?? 'not known',
    shownTime(client.lastSessionAt) ?? (client.used === false ? 'never' : 'not known'),
    client.redirectHosts.join(' '),
    `${client.name ?? ''}${client.kind === 'metadata-document' ? ' (metadata document)' : ''}`.trim(),
  ])
  const [first = '', ...lines] = table([head, ...rows]).map((line) => `  ${line}`)
  return [chalk.dim(first), ...lines]
}

function counted(count: number, name = 'client'): string {
  return count === 1 ? `1 ${name}` : `${count || 'No'} ${name}s`
}

/** Renders `2026-11-21 09:30` in this machine's time zone: sortable, with a fixed width. */
function shownTime(iso: string | null): string | undefined {
  if (iso === null) return undefined
  const at = new Date(iso)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}`
}
