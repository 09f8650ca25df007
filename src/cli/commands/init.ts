import type { ChalkInstance } from 'chalk'
import type { Command } from 'commander'

import { COMMAND_KEYS } from '../../config/command-keys.ts'
import type { AskAdding, InitReport } from '../../operations/init.ts'
import { printableJson } from '../../printable.ts'
import { askYesNo } from '../confirm.ts'
import type { CommandContext } from '../context.ts'
import { configFlags, withConfigOptions } from '../options.ts'
import type { Output } from '../output.ts'
import { programName } from '../program-name.ts'
import { row, title } from '../render.ts'
import { needLines } from '../render-needs.ts'

/** Adds `mcp-keycloak init`, which writes a config file to start from. */
export function addInitCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('init')
    .description('write a mcp-keycloak.config.json for this project, with the options that are given')
  withConfigOptions(command, COMMAND_KEYS.init).action(async () => {
    const { resolveConfig } = await import('../../config/resolve.ts')
    const { init } = await import('../../operations/init.ts')
    const out = context.output(command)
    // The environment belongs to this machine, not to the project.
    const resolved = await resolveConfig({ flags: configFlags(command), env: {}, configFile: false })
    const report = await init(resolved, process.cwd(), askAdding(out, context))
    out.result(report, (report, chalk) => renderInit(report, chalk, programName()))
  })
}

/** Asks on a terminal whether the config file should add what MCP needs. Without a terminal it does. */
function askAdding(out: Output, context: CommandContext): AskAdding {
  return async ({ unmet }) => {
    const asked = 'Add to the realm what MCP needs ("with": ["mcp"])? Your realm file stays unchanged.'
    return (await askYesNo([...needLines(unmet), asked], out.options, context.signal)) ?? true
  }
}

/** Renders the result of `init`: the path of the file and its contents. */
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
