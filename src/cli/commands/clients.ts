import type { Command } from 'commander'

import type { ClientEntry } from '../../operations/clients/clients.ts'
import type { Approve } from '../../operations/clients/clients-prune.ts'
import { confirm } from '../confirm.ts'
import type { CommandContext } from '../context.ts'
import { INSTANCE_KEYS, withConfigOptions } from '../options.ts'
import type { Output } from '../output.ts'
import { resolveOptions } from '../resolve-options.ts'
import { clientTable, renderClients, renderDeleted } from './render-clients.ts'

interface PruneFlags {
  readonly olderThan?: string
  readonly unused?: boolean
  readonly dryRun?: boolean
}

/** `mcp-keycloak clients list`, `clients prune` and `clients delete`: the clients that came by themselves. */
export function addClientsCommand(program: Command, context: CommandContext): void {
  const clients = program.command('clients').description('clients that registered themselves')
  addList(clients, context)
  addPrune(clients, context)
  addDelete(clients, context)
}

function addList(clients: Command, { output }: CommandContext): void {
  const command = clients
    .command('list')
    .description('who registered, when, when it was last used; and how many the realm still takes')
  withConfigOptions(command, [...INSTANCE_KEYS, 'realm']).action(async () => {
    const { clientsList } = await import('../../operations/clients/clients.ts')
    const out = output(command)
    const { config } = await resolveOptions(command, out)
    out.result(await clientsList(config), renderClients)
  })
}

function addPrune(clients: Command, context: CommandContext): void {
  const command = clients
    .command('prune')
    .description('delete those that are not needed any more: by one condition, or by both at once')
    .option('--older-than <time>', 'neither registered nor used since: 12h, 7d, 4w, or 2026-11-21')
    .option('--unused', 'nobody ever logged in with it')
    .option('--dry-run', 'only say which')
  withConfigOptions(command, [...INSTANCE_KEYS, 'realm']).action(async (flags: PruneFlags) => {
    const { clientsPrune } = await import('../../operations/clients/clients-prune.ts')
    const out = context.output(command)
    const { config } = await resolveOptions(command, out)
    const options = {
      ...flags,
      approve: approve(out),
      get signal() {
        return context.signal // until this is read, a signal ends the command at once
      },
    }
    out.result(await clientsPrune(config, options), renderDeleted)
  })
}

function addDelete(clients: Command, context: CommandContext): void {
  const command = clients
    .command('delete <client-id...>')
    .description('delete these; one that did not register itself is refused')
  withConfigOptions(command, [...INSTANCE_KEYS, 'realm']).action(async (clientIds: readonly string[]) => {
    const { clientsDelete } = await import('../../operations/clients/clients-delete.ts')
    const out = context.output(command)
    const { config } = await resolveOptions(command, out)
    const report = await clientsDelete(config, clientIds, {
      approve: approve(out),
      get signal() {
        return context.signal
      },
    })
    out.result(report, renderDeleted)
  })
}

/** Shows what would go, and asks. */
function approve(out: Output): Approve {
  return async (doomed: readonly ClientEntry[], realm) => {
    if (!out.options.yes) out.note(...clientTable(doomed, out.chalkStderr))
    const what = doomed.length === 1 ? 'this client' : `these ${doomed.length} clients`
    await confirm(`Delete ${what} of "${realm}"?`, `Deleting ${what}`, out.options)
    out.step(`Deleting ${what}`)
  }
}
