import { Command } from 'commander'

import { packageVersion, projectAddresses } from '../assets.ts'
import { EXIT_CODES, interrupted } from '../errors.ts'
import { addClientsCommand } from './commands/clients.ts'
import { addDoctorCommand } from './commands/doctor.ts'
import { addDownCommand } from './commands/down.ts'
import { addEnvCommand } from './commands/env.ts'
import { addExecCommand } from './commands/exec.ts'
import { addExplainCommand } from './commands/explain.ts'
import { addInitCommand } from './commands/init.ts'
import { addLogsCommand } from './commands/logs.ts'
import { addRealmCommand } from './commands/realm.ts'
import { addResetRealmCommand } from './commands/reset-realm.ts'
import { addSnippetsCommand } from './commands/snippets.ts'
import { addStatusCommand } from './commands/status.ts'
import { addTokenCommand } from './commands/token.ts'
import { addUpCommand } from './commands/up.ts'
import { addVerifyCommand } from './commands/verify.ts'
import type { CommandContext } from './context.ts'
import { formatHelp } from './help.ts'
import { listenForInterrupt } from './interrupt.ts'
import { addGlobalOptions, globalOptions, typedTarget } from './options.ts'
import { createOutput, type Output, onResultUnread } from './output.ts'
import { asksForHelp, commandMeant, usageError } from './usage-error.ts'

/** Of a program whose result nobody reads any more: 128 and the number of SIGPIPE, which ends others then. */
const RESULT_UNREAD = 141

/**
 * The whole command line: the one catch and the one exit of the program.
 *
 * @param argv `process.argv`
 */
export async function main(argv: readonly string[]): Promise<void> {
  const interrupt = listenForInterrupt((exitCode) => {
    output.error(interrupted())
    process.exit(exitCode)
  })
  onResultUnread(() => process.exit(RESULT_UNREAD))
  const own = argv.includes('--') ? argv.slice(0, argv.indexOf('--')) : argv // the rest is for the command of `exec`
  let output: Output = createOutput({ json: own.includes('--json'), color: !own.includes('--no-color') })
  const context: CommandContext = {
    output: (command) => {
      output = createOutput(globalOptions(command), typedTarget(command))
      return output
    },
    get signal() {
      return interrupt.signal
    },
    takeSignals: interrupt.takeSignals,
    uninterrupted: interrupt.uninterrupted,
  }
  const program = createProgram(context)
  try {
    await program.parseAsync(withVersionFlag(argv))
    if (output.exitCode !== EXIT_CODES.done) process.exitCode = output.exitCode
  } catch (error) {
    if (asksForHelp(error) && !own.includes('--json')) {
      commandMeant(program).outputHelp()
      return
    }
    const { exitCode } = interrupt
    const shown = exitCode === undefined ? usageError(error, program) : interrupted()
    if (shown === undefined) return
    const shownAs = output.error(shown)
    process.exitCode = exitCode ?? shownAs
  }
}

/** `-v` as the version, unless a command comes before it: in `exec pytest -v` it is somebody else's. */
function withVersionFlag(argv: readonly string[]): string[] {
  const at = argv.indexOf('-v')
  const isFirst = argv.slice(2, at).every((word) => word.startsWith('-'))
  return argv.map((word, index) => (index === at && isFirst ? '--version' : word))
}

/** The program with its commands. */
export function createProgram(context: CommandContext): Command {
  const { homepage } = projectAddresses()
  const program = new Command('mcp-keycloak')
    .description('A local Keycloak that MCP clients and MCP servers work with at the first try')
    .version(packageVersion(), '-V, --version', 'output the version number (so does -v, before a command)')
    .configureHelp({
      showGlobalOptions: true,
      formatHelp: (command, helper) => formatHelp(command, helper, homepage),
    })
    .configureOutput({ writeErr: () => {} }) // errors are printed in one place: below
    .exitOverride()
    .showSuggestionAfterError()
  addGlobalOptions(program)
  addInitCommand(program, context)
  addUpCommand(program, context)
  addDownCommand(program, context)
  addStatusCommand(program, context)
  addSnippetsCommand(program, context)
  addResetRealmCommand(program, context)
  addRealmCommand(program, context)
  addTokenCommand(program, context)
  addClientsCommand(program, context)
  addDoctorCommand(program, context)
  addVerifyCommand(program, context)
  addLogsCommand(program, context)
  addExplainCommand(program, context)
  addEnvCommand(program, context)
  addExecCommand(program, context)
  return program
}
