import type { ChalkInstance } from 'chalk'
import type { Command } from 'commander'

import { COMMAND_KEYS } from '../../config/command-keys.ts'
import type { AskNeeds, AskRestore } from '../../operations/up.ts'
import { configCommand } from '../config-command.ts'
import { askYesNo } from '../confirm.ts'
import type { CommandContext } from '../context.ts'
import { SHOW_SECRETS } from '../options.ts'
import type { Output } from '../output.ts'
import { programName } from '../program-name.ts'
import { needLines } from '../render-needs.ts'
import { renderTimings, renderUp } from './up.render.ts'
import { startWatching } from './watch/watch.ts'

/** Adds `mcp-keycloak up`, which starts a Keycloak that MCP clients log in through. */
export function addUpCommand(program: Command, context: CommandContext): void {
  configCommand<{ showSecrets?: boolean; watch?: boolean }>(program, context, {
    name: 'up',
    description: 'start a local Keycloak whose realm is made for MCP, and prove that it works',
    options: [
      ['--watch', 'stay, and reset the realm whenever its file, an overlay or the config file changes'],
      ['--show-secrets', SHOW_SECRETS],
    ],
    keys: COMMAND_KEYS.up,
    abortsEarly: true,
    run: async ({ resolved, resolveAgain, config, out, flags: { showSecrets = false, watch = false } }) => {
      const { hideSecrets } = await import('../../operations/hide-secrets.ts')
      const { up } = await import('../../operations/up.ts')
      const { signal } = context
      const watching = watch ? await startWatching(resolved, resolveAgain) : undefined
      const report = await up(config, {
        onStep: out.step,
        signal,
        hurry: context.hurry,
        restart: out.options.yes === true,
        restore: offerBackup(out, signal),
        askNeeds: askNeeds(out, signal),
      })
      const shown = out.options.json && !showSecrets ? hideSecrets(report) : report
      const render = (_: unknown, chalk: ChalkInstance) => [
        ...renderUp(shown, chalk, programName()),
        ...(out.options.verbose ? ['', ...renderTimings(shown, chalk)] : []),
      ]
      if (watching) return watching(shown, render, context, out)
      out.result(shown, render)
    },
  })
}

/** Asks on a terminal whether to restore a lost realm. Without a terminal, the warning names the backup. */
function offerBackup(out: Output, signal: AbortSignal): AskRestore {
  return async ({ realm, database, backup }) => {
    const lost = database
      ? `The database was lost: Keycloak has none of its realms any more. The newest backup of "${realm}" is ${backup}`
      : `The realm "${realm}" is gone from the server. Its newest backup is ${backup}`
    return (await askYesNo([lost, 'Restore it from that backup?'], out.options, signal)) === true
  }
}

/**
 * Asks on a terminal whether to add what MCP needs. Without a terminal the file is applied unchanged. Loosening a
 * setting is also approved by `--yes`.
 */
function askNeeds(out: Output, signal: AbortSignal): AskNeeds {
  return async (question, needs) => {
    if (question === 'loosen' && out.options.yes) return true
    const asked =
      question === 'add'
        ? 'Add to the new realm what MCP needs? Nothing is removed from it.'
        : 'Loosen these settings in the new realm?'
    return (await askYesNo([...needLines(needs.unmet), asked], out.options, signal)) === true
  }
}
