import type { Command } from 'commander'

import type { Config } from '../../config/schema.ts'
import { EXIT_CODES } from '../../errors.ts'
import type { DoctorReport } from '../../operations/doctor.ts'
import { confirm } from '../confirm.ts'
import type { CommandContext } from '../context.ts'
import { configFlags, INSTANCE_KEYS, withConfigOptions } from '../options.ts'
import type { Output } from '../output.ts'
import { renderDoctor } from '../render-doctor.ts'
import { driftLines } from '../render-realm.ts'

interface DoctorFlags {
  readonly client?: string
  readonly fix?: boolean
}

/** `mcp-keycloak doctor`: whether this machine, the server and the realm are all right. */
export function addDoctorCommand(program: Command, { output, signal }: CommandContext): void {
  const command = program
    .command('doctor')
    .description(
      'what is wrong with this machine, the server or the realm, and what cures it (exit 6: something is)',
    )
    .option('--client <name>', 'of the client programs play only this one, e.g. claude-code')
    .option('--fix', "put the realm's settings right where that is safe: shows them and asks (--yes)")
  withConfigOptions(command, [...INSTANCE_KEYS, 'realm', 'mcpUrl']).action(async (flags: DoctorFlags) => {
    const { resolveConfig } = await import('../../config/resolve.ts')
    const { doctor } = await import('../../operations/doctor.ts')
    const out = output(command)
    const { config, origins } = await resolveConfig({ flags: configFlags(command) })
    const mcpServers = origins.mcpUrl === 'flag' ? config.mcpUrl : [] // one of the config file need not run
    const look = () => doctor(config, { client: flags.client, mcpServers, onStep: out.step, signal })
    const first = await look()
    const fixed = flags.fix ? await fix(config, first, out, signal) : null
    const report: DoctorReport =
      fixed && fixed.length > 0 ? { ...(await look()), fixed } : { ...first, fixed }
    out.result(
      report,
      (advised, chalk) => renderDoctor(advised, chalk, out.options.verbose === true),
      report.healthy ? EXIT_CODES.done : EXIT_CODES.faultFound,
    )
  })
}

/** Shows what would be put right, asks, and does it; returns the paths of those settings. */
async function fix(
  config: Config,
  report: DoctorReport,
  out: Output,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { applyDoctorFix, planDoctorFix } = await import('../../operations/doctor-fix.ts')
  const plan = await planDoctorFix(config, report)
  if (plan.changes.length === 0) {
    out.note('There is nothing that could be put right without making the realm anew.')
    return []
  }
  out.note(`In the realm "${plan.realm}" at ${plan.url} this is put right (- as it is to be, + as it is):`)
  for (const change of plan.changes)
    for (const line of driftLines(change, out.chalkStderr)) out.note(`  ${line}`)
  await confirm('Put it right?', '--fix', out.options, signal)
  out.step(`Putting ${plan.repairs.join(', ')} right`)
  await applyDoctorFix(config, plan)
  return plan.changes.map(({ path }) => path)
}
