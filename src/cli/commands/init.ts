import type { ChalkInstance } from 'chalk'
import type { Command } from 'commander'

import type { InitReport } from '../../operations/init.ts'
import { printableJson } from '../../printable.ts'
import type { CommandContext } from '../context.ts'
import { configFlags, UP_KEYS, withConfigOptions } from '../options.ts'
import { programName } from '../program-name.ts'
import { row, title } from '../render.ts'

/** `mcp-keycloak init`: a config file to start from. */
export function addInitCommand(program: Command, { output }: CommandContext): void {
  const command = program
    .command('init')
    .description('write a mcp-keycloak.config.json for this project, with the options that are given')
  withConfigOptions(command, UP_KEYS).action(async () => {
    const { resolveConfig } = await import('../../config/resolve.ts')
    const { init } = await import('../../operations/init.ts')
    const out = output(command)
    // What the environment says is this machine's matter and not the project's.
    const resolved = await resolveConfig({ flags: configFlags(command), env: {}, configFile: false })
    out.result(await init(resolved, process.cwd()), (report, chalk) =>
      renderInit(report, chalk, programName()),
    )
  })
}

/** What a person reads after `init`: where it is, and what is in it. */
export function renderInit(
  { path, config }: InitReport,
  chalk: ChalkInstance,
  program = 'mcp-keycloak',
): string[] {
  return [
    title(chalk, `Written: ${path}`),
    '',
    ...printableJson(config, 2)
      .split('\n')
      .map((line) => `  ${line}`),
    '',
    ...row(chalk, 'Next', `${program} up   start Keycloak with these options`),
  ]
}
