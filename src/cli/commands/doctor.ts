import type { Command } from 'commander'

import { COMMAND_KEYS } from '../../config/command-keys.ts'
import { EXIT_CODES } from '../../errors.ts'
import type { ApproveFix, ApproveLoosening } from '../../operations/doctor/doctor.ts'
import { configCommand } from '../config-command.ts'
import { askForYes, confirm } from '../confirm.ts'
import type { CommandContext } from '../context.ts'
import { FORMAT_OPTIONS, type FormatFlags, printFormatted } from '../formatted-result.ts'
import type { Output } from '../output.ts'
import { needLines } from '../render-needs.ts'
import { additionLines, formattedDoctor, renderDoctor } from './doctor.render.ts'
import { driftLines } from './realm.render.ts'

interface DoctorFlags extends FormatFlags {
  readonly client?: string
  readonly fix?: boolean
}

/** Adds `mcp-keycloak doctor`, which checks this machine, the server and the realm. */
export function addDoctorCommand(program: Command, context: CommandContext): void {
  configCommand<DoctorFlags>(program, context, {
    name: 'doctor',
    description:
      'what is wrong with this machine, the server or the realm, and what cures it (exit 6: something is)',
    options: [
      ['--client <name>', 'of the client programs play only this one, e.g. claude-code'],
      [
        '--fix',
        "repair the realm's settings, or add what MCP needs to a realm that is not managed: shows them and asks (--yes)",
      ],
      ...FORMAT_OPTIONS,
    ],
    keys: COMMAND_KEYS.doctor,
    abortsEarly: true,
    run: async ({ config, origins, out, flags }) => {
      const { doctor } = await import('../../operations/doctor/doctor.ts')
      const { signal } = context
      const mcpServers = origins.mcpUrl === 'flag' ? config.mcpUrl : [] // a server from the config file may be stopped
      const fix = flags.fix ? approveFix(out, signal) : undefined
      const loosen = approveLoosening(out, signal)
      const { client } = flags
      const report = await doctor(config, { client, mcpServers, fix, loosen, onStep: out.step, signal })
      if (report.fixed?.length === 0) out.note('Nothing was changed: --fix can repair nothing more.')
      await printFormatted(out, flags, {
        report,
        render: renderDoctor,
        formatted: formattedDoctor,
        exitCode: report.healthy ? EXIT_CODES.done : EXIT_CODES.faultFound,
      })
      if (!out.options.json) out.warn(report.mcpServers.flatMap(({ warnings }) => warnings))
    },
  })
}

/** Shows the checks and the changes, and asks for confirmation. */
function approveFix(out: Output, signal: AbortSignal): ApproveFix {
  return async ({ realm, url, changes, additions }, found) => {
    const chalk = out.chalkStderr
    out.note(...renderDoctor(found, chalk, out.options.verbose === true))
    if (additions) {
      out.note('', `These settings are added to the realm "${realm}" at ${url}. What it has stays:`)
      out.note(...additions.added.flatMap((one) => additionLines(one, chalk)))
      return confirm('Add them?', '--fix', out.options, signal)
    }
    out.note(
      '',
      `These settings of the realm "${realm}" at ${url} are changed (- as it should be, + as it is now):`,
    )
    out.note(...changes.flatMap((change) => driftLines(change, chalk)).map((line) => `  ${line}`))
    await confirm('Put it right?', '--fix', out.options, signal)
  }
}

/** Names the stricter settings, and asks on a terminal whether to loosen them. `--yes` approves it. */
function approveLoosening(out: Output, signal: AbortSignal): ApproveLoosening {
  return async ({ realm, additions }) => {
    const loosened = additions?.loosened ?? []
    out.note('', `Stricter settings of the realm "${realm}" are in the way:`)
    out.note(...needLines(loosened.map(({ need }) => need)).map((line) => `  ${line}`))
    if (out.options.yes) return true
    out.note(...loosened.flatMap((one) => additionLines(one, out.chalkStderr)))
    if (await askForYes('Loosen them?', out.options, signal)) return true
    out.note('They stay.')
    return false
  }
}
