import type { ChalkInstance } from 'chalk'
import type { Command } from 'commander'

import type { DownReport } from '../../operations/down.ts'
import { confirm } from '../confirm.ts'
import type { CommandContext } from '../context.ts'
import { INSTANCE_KEYS, withConfigOptions } from '../options.ts'
import { title } from '../render.ts'
import { resolveOptions } from '../resolve-options.ts'

interface DownFlags {
  readonly purge?: boolean
  readonly all?: boolean
}

/** `mcp-keycloak down`: stop, and with `--purge` forget. */
export function addDownCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('down')
    .description('stop Keycloak; its data is kept')
    .option('--purge', 'remove its data too: realms, users, registered clients')
    .option('--all', 'every instance of this machine')
  withConfigOptions(command, INSTANCE_KEYS).action(async ({ purge = false, all = false }: DownFlags) => {
    const out = context.output(command)
    const { config } = await resolveOptions(command, out)
    const whose = all ? 'every instance of this machine' : `instance "${config.instance}"`
    if (purge) await confirm(`Remove all data of ${whose}?`, '--purge', out.options)
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
  })
}

/** What a person reads after `down`. */
export function renderDown(report: DownReport, chalk: ChalkInstance): string[] {
  const headline = report.stopped ? 'Keycloak is stopped' : 'Keycloak was not running'
  const data = report.purged ? '; its data is removed' : report.stopped ? '; its data is kept' : ''
  return [title(chalk, `${headline} (instance "${report.instance}")${data}.`)]
}
