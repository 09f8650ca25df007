import type { Command } from 'commander'

import { COMMAND_KEYS } from '../../../config/command-keys.ts'
import { McpKeycloakError } from '../../../errors.ts'
import type { SnapshotOptions } from '../../../operations/snapshot/snapshots.ts'
import { configCommand } from '../../config-command.ts'
import { askForYes, confirm } from '../../confirm.ts'
import type { CommandContext } from '../../context.ts'
import type { Output } from '../../output.ts'
import { renderSnapshot, renderSnapshots, takenAt } from './snapshot.render.ts'

/** Adds `mcp-keycloak snapshot save`, `load`, `list` and `delete`. */
export function addSnapshotCommand(program: Command, context: CommandContext): void {
  const snapshot = program
    .command('snapshot')
    .description('whole databases of an instance under names: realms, users, passwords, clients, sessions')
  configCommand<{ force?: boolean }, string>(snapshot, context, {
    name: 'save <name>',
    description: 'save the database; a running Keycloak is stopped for a moment',
    options: [['--force', 'replace the snapshot of that name']],
    keys: COMMAND_KEYS['snapshot save'],
    run: async ({ config, out, argument: name, flags: { force = false } }) => {
      const { snapshotSave } = await import('../../../operations/snapshot/snapshot-save.ts')
      const approve: SnapshotOptions['approve'] = async (existing) => {
        const question = `Replace the snapshot "${name}" of ${takenAt(existing)}?`
        if (!force && !(await askForYes(question, out.options, context.signal))) throw nameTaken(name)
      }
      const report = await snapshotSave(config, name, { ...listeners(context, out), approve })
      out.result(report, (shown, chalk) => renderSnapshot(shown, chalk, 'is saved'))
    },
  })
  configCommand<object, string>(snapshot, context, {
    name: 'load <name>',
    description: 'replace the database by a snapshot; a running Keycloak is stopped for a moment',
    keys: COMMAND_KEYS['snapshot load'],
    run: async ({ config, out, argument: name }) => {
      const { snapshotLoad } = await import('../../../operations/snapshot/snapshot-load.ts')
      const approve: SnapshotOptions['approve'] = (found, { instance }) =>
        confirm(
          `Replace all data of instance "${instance}" by that of ${takenAt(found)}?`,
          'Loading a snapshot',
          out.options,
          context.signal,
        )
      const report = await snapshotLoad(config, name, { ...listeners(context, out), approve })
      out.result(report, (shown, chalk) => renderSnapshot(shown, chalk, 'is loaded'))
    },
  })
  configCommand(snapshot, context, {
    name: 'list',
    description: 'the snapshots of the instance, the newest first',
    keys: COMMAND_KEYS['snapshot list'],
    run: async ({ config, out }) => {
      const { snapshotList } = await import('../../../operations/snapshot/snapshots.ts')
      out.result(await snapshotList(config), renderSnapshots)
    },
  })
  configCommand<object, string>(snapshot, context, {
    name: 'delete <name>',
    description: 'delete a snapshot; Keycloak keeps running',
    keys: COMMAND_KEYS['snapshot delete'],
    run: async ({ config, out, argument: name }) => {
      const { snapshotDelete } = await import('../../../operations/snapshot/snapshot-delete.ts')
      const approve: SnapshotOptions['approve'] = (found) =>
        confirm(`Delete the snapshot "${name}" of ${takenAt(found)}?`, 'Deleting a snapshot', out.options)
      const report = await snapshotDelete(config, name, { ...listeners(context, out), approve })
      out.result(report, (shown, chalk) => renderSnapshot(shown, chalk, 'is deleted'))
    },
  })
}

/** The listeners of an operation. A signal waits until the database is complete and the server runs again. */
function listeners({ signal, uninterrupted, hurry }: CommandContext, out: Output): SnapshotOptions {
  return { onStep: out.step, signal, uninterrupted, hurry }
}

function nameTaken(name: string): McpKeycloakError {
  return new McpKeycloakError('USAGE_INVALID', {
    what: `There is already a snapshot "${name}".`,
    why: 'A snapshot is replaced only when you say so.',
    fix: 'Choose another name, or add --force.',
  })
}
