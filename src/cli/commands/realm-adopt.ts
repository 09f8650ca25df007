import type { ChalkInstance } from 'chalk'
import { type Command, Option } from 'commander'

import { COMMAND_KEYS } from '../../config/command-keys.ts'
import type { RealmAdoptOptions, RealmAdoptReport } from '../../operations/realm/realm-adopt.ts'
import { printable, printableJson } from '../../printable.ts'
import { configCommand } from '../config-command.ts'
import { askForYes } from '../confirm.ts'
import type { CommandContext } from '../context.ts'
import type { Output } from '../output.ts'
import { title } from '../render.ts'
import { needLines } from '../render-needs.ts'

const FORMATS = ['overlay', 'realm', 'kcadm', 'kubernetes'] as const satisfies readonly AdoptFlags['format'][]

interface AdoptFlags {
  readonly format: NonNullable<RealmAdoptOptions['format']>
  readonly output?: string
}

/** Adds `mcp-keycloak realm adopt`, which writes what a realm lacks for MCP. */
export function addRealmAdoptCommand(realm: Command, context: CommandContext): void {
  configCommand<AdoptFlags>(realm, context, {
    name: 'adopt',
    description:
      'what a realm lacks for MCP, to hand to its administrator; for a running realm or --realm-file',
    options: [
      new Option(
        '--format <format>',
        'our overlay, the whole realm, a kcadm.sh script, or the patch of a KeycloakRealmImport',
      )
        .choices(FORMATS)
        .default('overlay'),
      ['--output <file>', 'write it there; a file that is there is replaced'],
    ],
    keys: COMMAND_KEYS['realm adopt'],
    abortsEarly: true,
    run: async ({ config, origins, out, flags }) => {
      const { realmAdopt } = await import('../../operations/realm/realm-adopt.ts')
      const { signal } = context
      // A realm that was typed is a running one, whatever the config file names.
      const isRunning = origins.realm === 'flag' && origins.realmFile !== 'flag'
      const report = await realmAdopt(isRunning ? { ...config, realmFile: undefined } : config, {
        ...flags,
        loosen: approveLoosening(out, signal),
        onStep: out.step,
        signal,
      })
      const { met, unmet } = report.needs
      if (met.length === 0) out.note('Nothing is added.')
      for (const line of needLines(unmet)) out.note(`Left: ${line}`)
      out.result(report, renderAdopted)
    },
  })
}

/** Asks on a terminal whether to loosen stricter settings. `--yes` approves it. */
function approveLoosening(out: Output, signal: AbortSignal): NonNullable<RealmAdoptOptions['loosen']> {
  return async ({ unmet }) => {
    if (out.options.yes) return true
    const lines = needLines(unmet.filter(({ loosens }) => loosens !== null))
    return askForYes([...lines, 'Loosen these settings?'], out.options, signal)
  }
}

/** Renders only the text of the file. With `--output`, renders the path of the file. */
function renderAdopted({ format, content, output }: RealmAdoptReport, chalk: ChalkInstance): string[] {
  if (output !== null) return [title(chalk, `Written to ${output}`)]
  const isJson = format === 'overlay' || format === 'realm'
  return (isJson ? printableJson(JSON.parse(content), 2) : printable(content.trimEnd())).split('\n')
}
