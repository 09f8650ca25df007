import type { Command } from 'commander'

import type { CommandContext } from '../context.ts'
import { configFlags, INSTANCE_KEYS, withConfigOptions } from '../options.ts'

interface LogsFlags {
  readonly follow?: boolean
  readonly since?: string
  readonly level?: string
}

/** `mcp-keycloak logs`: what the server says. */
export function addLogsCommand(program: Command, { output, signal }: CommandContext): void {
  const command = program
    .command('logs')
    .description("the server's log; -f goes on with what comes")
    .option('-f, --follow', 'go on with what comes')
    .option('--since <time>', 'from then on: 10m, 2h, 1d, or 2026-11-21T09:30')
    .option('--level <level>', 'this level and above: INFO, WARN, ERROR')
  withConfigOptions(command, INSTANCE_KEYS).action(async ({ follow = false, since, level }: LogsFlags) => {
    const { resolveConfig } = await import('../../config/resolve.ts')
    const { logs } = await import('../../operations/logs.ts')
    const out = output(command)
    const { config } = await resolveConfig({ flags: configFlags(command) })
    for await (const line of logs(config, { follow, since, level, signal })) out.line(line)
  })
}
