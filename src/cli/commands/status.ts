import type { Command } from 'commander'

import { COMMAND_KEYS } from '../../config/command-keys.ts'
import { configCommand } from '../config-command.ts'
import type { CommandContext } from '../context.ts'
import { SHOW_SECRETS } from '../options.ts'
import { renderInstances, renderStatus } from './status.render.ts'

interface StatusFlags {
  readonly all?: boolean
  readonly showSecrets?: boolean
}

/** Adds `mcp-keycloak status`, which shows the running instance and its realms. */
export function addStatusCommand(program: Command, context: CommandContext): void {
  configCommand<StatusFlags>(program, context, {
    name: 'status',
    description: 'what runs, since when, its realms and their clients (exit 3: nothing runs)',
    options: [
      ['--all', 'every instance of this machine, running or not'],
      ['--show-secrets', SHOW_SECRETS],
    ],
    keys: COMMAND_KEYS.status,
    run: async ({ resolved, out, flags: { all = false, showSecrets = false } }) => {
      if (all) {
        const { instances } = await import('../../operations/instances.ts')
        return out.result(await instances(resolved.config), (report, chalk) => renderInstances(report, chalk))
      }
      const { status } = await import('../../operations/status.ts')
      const report = await status(resolved)
      const { hideSecrets } = await import('../../operations/hide-secrets.ts')
      out.result(out.options.json && !showSecrets ? hideSecrets(report) : report, (shown, chalk) =>
        renderStatus(shown, chalk, out.options.verbose === true),
      )
    },
  })
}
