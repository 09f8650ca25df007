import type { Command } from 'commander'

import { EXIT_CODES } from '../../errors.ts'
import type { ApproveFix } from '../../operations/doctor/doctor.ts'
import { confirm } from '../confirm.ts'
import type { CommandContext } from '../context.ts'
import { INSTANCE_KEYS, withConfigOptions } from '../options.ts'
import type { Output } from '../output.ts'
import { resolveOptions } from '../resolve-options.ts'
import { renderDoctor } from './render-doctor.ts'
import { driftLines } from './render-realm.ts'

interface DoctorFlags {
  readonly client?: string
  readonly fix?: boolean
}

/** `mcp-keycloak doctor`: whether this machine, the server and the realm are all right. */
export function addDoctorCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('doctor')
    .description(
      'what is wrong with this machine, the server or the realm, and what cures it (exit 6: something is)',
    )
    .option('--client <name>', 'of the client programs play only this one, e.g. claude-code')
    .option('--fix', "put the realm's settings right where that is safe: shows them and asks (--yes)")
  withConfigOptions(command, [...INSTANCE_KEYS, 'realm', 'mcpUrl']).action(async (flags: DoctorFlags) => {
    const { doctor } = await import('../../operations/doctor/doctor.ts')
    const out = context.output(command)
    const { signal } = context
    const { config, origins } = await resolveOptions(command, out, signal)
    const mcpServers = origins.mcpUrl === 'flag' ? config.mcpUrl : [] // one of the config file need not run
    const fix = flags.fix ? approveFix(out, signal) : undefined
    const report = await doctor(config, { client: flags.client, mcpServers, fix, onStep: out.step, signal })
    if (report.fixed?.length === 0)
      out.note('There is nothing that could be put right without making the realm anew.')
    out.result(
      report,
      (advised, chalk) => renderDoctor(advised, chalk, out.options.verbose === true),
      report.healthy ? EXIT_CODES.done : EXIT_CODES.faultFound,
    )
    if (!out.options.json) out.warn(report.mcpServers.flatMap(({ warnings }) => warnings))
  })
}

/** Shows what was found and what would be put right, and asks. */
function approveFix(out: Output, signal: AbortSignal): ApproveFix {
  return async ({ realm, url, changes }, found) => {
    out.note(...renderDoctor(found, out.chalkStderr, out.options.verbose === true).map(out.advise))
    out.note(
      '',
      `These settings of the realm "${realm}" at ${url} are changed (- as it should be, + as it is now):`,
    )
    out.note(...changes.flatMap((change) => driftLines(change, out.chalkStderr)).map((line) => `  ${line}`))
    await confirm('Put it right?', '--fix', out.options, signal)
  }
}
