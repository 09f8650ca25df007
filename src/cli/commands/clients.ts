import type { Command } from 'commander'

import { COMMAND_KEYS } from '../../config/command-keys.ts'
import type { ClientEntry } from '../../operations/clients/clients.ts'
import type { Approve } from '../../operations/clients/clients-prune.ts'
import { configCommand } from '../config-command.ts'
import { confirm } from '../confirm.ts'
import type { CommandContext } from '../context.ts'
import type { Output } from '../output.ts'
import { clientTable, renderClients, renderDeleted } from './clients.render.ts'

interface PruneFlags {
  readonly olderThan?: string
  readonly unused?: boolean
  readonly dryRun?: boolean
}

/** Adds `mcp-keycloak clients list`, `clients prune` and `clients delete` for self-registered clients. */
export function addClientsCommand(program: Command, context: CommandContext): void {
  const clients = program.command('clients').description('clients that registered themselves')
  configCommand(clients, context, {
    name: 'list',
    description: 'who registered, when, when it was last used; and how many the realm still takes',
    keys: COMMAND_KEYS['clients list'],
    run: async ({ config, out }) => {
      const { clientsList } = await import('../../operations/clients/clients.ts')
      out.result(await clientsList(config), renderClients)
    },
  })
  configCommand<PruneFlags>(clients, context, {
    name: 'prune',
    description: 'delete those that are not needed any more: by one condition, or by both at once',
    options: [
      ['--older-than <time>', 'neither registered nor used since: 12h, 7d, 4w, or 2026-11-21'],
      ['--unused', 'nobody ever logged in with it'],
      ['--dry-run', 'only say which'],
    ],
    keys: COMMAND_KEYS['clients prune'],
    run: async ({ config, out, flags }) => {
      const { clientsPrune } = await import('../../operations/clients/clients-prune.ts')
      out.result(await clientsPrune(config, Object.assign(untilRead(context, out), flags)), renderDeleted)
    },
  })
  configCommand<object, readonly string[]>(clients, context, {
    name: 'delete <client-id...>',
    description: 'delete these; one that did not register itself is refused',
    keys: COMMAND_KEYS['clients delete'],
    run: async ({ config, out, argument: clientIds }) => {
      const { clientsDelete } = await import('../../operations/clients/clients-delete.ts')
      out.result(await clientsDelete(config, clientIds, untilRead(context, out)), renderDeleted)
    },
  })
}

/** The approval and the signal of a deletion. Until the code reads the signal, a signal ends the command at once. */
function untilRead(context: CommandContext, out: Output) {
  return {
    approve: approve(out),
    get signal() {
      return context.signal
    },
  }
}

/** Shows the clients to delete and asks for confirmation. */
function approve(out: Output): Approve {
  return async (doomed: readonly ClientEntry[], realm) => {
    if (!out.options.yes) out.note(...clientTable(doomed, out.chalkStderr))
    const what = doomed.length === 1 ? 'this client' : `these ${doomed.length} clients`
    await confirm(`Delete ${what} of "${realm}"?`, `Deleting ${what}`, out.options)
    out.step(`Deleting ${what}`)
  }
}
