import type { ChalkInstance } from 'chalk'
import type { Command } from 'commander'

import { COMMAND_KEYS } from '../../config/command-keys.ts'
import type { DownReport } from '../../operations/down.ts'
import { configCommand } from '../config-command.ts'
import { confirm } from '../confirm.ts'
import type { CommandContext } from '../context.ts'
import { title } from '../render.ts'

interface DownFlags {
  readonly purge?: boolean
  readonly all?: boolean
}

/** Adds `mcp-keycloak down`, which stops an instance; `--purge` also removes its data. */
export function addDownCommand(program: Command, context: CommandContext): void {
  configCommand<DownFlags>(program, context, {
    name: 'down',
    description: 'stop Keycloak; its data is kept',
    options: [
      ['--purge', 'remove its data too: realms, users, registered clients, snapshots'],
      ['--all', 'every instance of this machine'],
    ],
    keys: COMMAND_KEYS.down,
    run: async ({ config, out, flags: { purge = false, all = false } }) => {
      const whose = all ? 'every instance of this machine' : `instance "${config.instance}"`
      if (purge) await confirm(`Remove all data of ${whose}, also snapshots?`, '--purge', out.options)
      const options = { purge, onStep: out.step, signal: context.signal, hurry: context.hurry }
      if (all) {
        const { downAll } = await import('../../operations/instances.ts')
        const report = await downAll(config, options)
        out.result(report, (_, chalk) => report.instances.flatMap((one) => renderDown(one, chalk)))
        if (!out.options.json) out.warn(report.instances.flatMap(({ warnings }) => warnings))
        return
      }
      const { down } = await import('../../operations/down.ts')
      out.result(await down(config, options), renderDown)
    },
  })
}

/** Renders the result of `down`. */
export function renderDown(report: DownReport, chalk: ChalkInstance): string[] {
  const headline = report.stopped ? 'Keycloak is stopped' : 'Keycloak was not running'
  const { snapshots } = report
  const removed =
    snapshots.length === 0
      ? ''
      : `, with ${snapshots.length === 1 ? 'the snapshot' : 'the snapshots'} ${snapshots.join(', ')}`
  const data = report.purged ? `; its data is removed${removed}` : report.stopped ? '; its data is kept' : ''
  return [title(chalk, `${headline} (instance "${report.instance}")${data}.`)]
}
