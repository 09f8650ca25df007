import type { Command } from 'commander'

import { COMMAND_KEYS } from '../../config/command-keys.ts'
import { EXIT_CODES } from '../../errors.ts'
import type { ApproveFix } from '../../operations/doctor/doctor.ts'
import { configCommand } from '../config-command.ts'
import { confirm } from '../confirm.ts'
import type { CommandContext } from '../context.ts'
import { FORMAT_OPTIONS, type FormatFlags, printFormatted } from '../formatted-result.ts'
import type { Output } from '../output.ts'
import { formattedDoctor, renderDoctor } from './doctor.render.ts'
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
      ['--fix', "put the realm's settings right where that is safe: shows them and asks (--yes)"],
      ...FORMAT_OPTIONS,
    ],
    keys: COMMAND_KEYS.doctor,
    abortsEarly: true,
    run: async ({ config, origins, out, flags }) => {
      const { doctor } = await import('../../operations/doctor/doctor.ts')
      const { signal } = context
      const mcpServers = origins.mcpUrl === 'flag' ? config.mcpUrl : [] // a server from the config file may be stopped
      const fix = flags.fix ? approveFix(out, signal) : undefined
      const report = await doctor(config, { client: flags.client, mcpServers, fix, onStep: out.step, signal })
      if (report.fixed?.length === 0)
        out.note('There is nothing that could be put right without making the realm anew.')
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
  return async ({ realm, url, changes }, found) => {
    out.note(...renderDoctor(found, out.chalkStderr, out.options.verbose === true))
    out.note(
      '',
      `These settings of the realm "${realm}" at ${url} are changed (- as it should be, + as it is now):`,
    )
    out.note(...changes.flatMap((change) => driftLines(change, out.chalkStderr)).map((line) => `  ${line}`))
    await confirm('Put it right?', '--fix', out.options, signal)
  }
}
