import { Command } from 'commander'
import { packageVersion, projectAddresses } from '../assets.ts'
import { type CommandTarget, command, withTarget } from '../config/command.ts'
import {
  comesOfInterrupt,
  EXIT_CODES,
  interrupted,
  interruptedOutcome,
  type McpKeycloakError,
} from '../errors.ts'
import { addClientsCommand } from './commands/clients.ts'
import { addDoctorCommand } from './commands/doctor.ts'
import { addDownCommand } from './commands/down.ts'
import { addEnvCommand } from './commands/env.ts'
import { addExecCommand } from './commands/exec.ts'
import { addExplainCommand } from './commands/explain.ts'
import { addInitCommand } from './commands/init.ts'
import { addLogsCommand } from './commands/logs.ts'
import { addPrepareCommand } from './commands/prepare.ts'
import { addRealmCommand } from './commands/realm.ts'
import { addResetRealmCommand } from './commands/reset-realm.ts'
import { addBridgeCommand } from './commands/serve/bridge.ts'
import { addMcpCommand } from './commands/serve/mcp.ts'
import { addSnapshotCommand } from './commands/snapshot/snapshot.ts'
import { addSnippetsCommand } from './commands/snippets.ts'
import { addStatusCommand } from './commands/status.ts'
import { addTokenCommand } from './commands/token.ts'
import { addTrustCommand } from './commands/trust.ts'
import { addUpCommand } from './commands/up.ts'
import { addVerifyCommand } from './commands/verify.ts'
import { addCompletionCommand, answerShell, asksForCompletion } from './completion/completion.ts'
import type { CommandContext } from './context.ts'
import { formatHelp } from './help.ts'
import { listenForInterrupt } from './interrupt.ts'
import { leashed } from './leash.ts'
import { addGlobalOptions, globalOptions, typedTarget } from './options.ts'
import { createOutput, type Output } from './output.ts'
import { createPrinter, onResultUnread } from './printer.ts'
import { asksForHelp, commandMeant, usageError } from './usage-error.ts'

/** Exit code when nobody reads the result: 128 plus the number of SIGPIPE, as for other programs. */
const RESULT_UNREAD = 141

/** Messages of an interrupted program: at the third signal, after the command had finished, and in all other cases. */
const CUT_SHORT = 'clean-up was cut short. To see what was left'
const ALL_DONE = 'the command had finished by then.'
const NOTHING_MORE = 'the command ended early.'

/** Maximum time for unfinished clean-up after the last message of an interrupted program. */
const DRAIN_MS = 15_000

/**
 * Runs the command line. The only place that catches errors and exits.
 *
 * @param argv `process.argv`
 */
export async function main(argv: readonly string[]): Promise<void> {
  const interrupt = listenForInterrupt({
    exit(exitCode) {
      output.error(interrupt.begun.aborted ? cutShort(target) : interrupted())
      process.exit(exitCode)
    },
    onCleanUp: () => output.step('Stopping: what was begun is undone or finished; Ctrl-C again hurries'),
  })
  let unread = () => {
    if (interrupt.exitCode === undefined) process.exit(RESULT_UNREAD)
  }
  onResultUnread(() => unread())
  globalThis.fetch = leashed(globalThis.fetch, interrupt)
  process.on('exit', () => output.close())
  const own = argv.includes('--') ? argv.slice(0, argv.indexOf('--')) : argv // the rest belongs to the command of `exec`
  let output: Output = createOutput({ json: own.includes('--json'), color: !own.includes('--no-color') })
  let target: CommandTarget = {}
  const context: CommandContext = {
    output: (command) => {
      target = typedTarget(command)
      output = createOutput(globalOptions(command))
      return output
    },
    onUnread(end) {
      unread = end
    },
    get signal() {
      return interrupt.signal
    },
    get untilInterrupted() {
      return interrupt.untilInterrupted
    },
    hurry: interrupt.hurry,
    takeSignals: interrupt.takeSignals,
    uninterrupted: interrupt.uninterrupted,
  }
  const program = createProgram(context)
  if (asksForCompletion(argv)) {
    await answerShell(program, argv)
    process.exit() // a server that is too slow is not waited for
  }
  try {
    await program.parseAsync(withVersionFlag(argv))
    if (output.exitCode !== EXIT_CODES.done) process.exitCode = output.exitCode
    if (interrupt.exitCode !== undefined) endInterrupted(output, interrupt.exitCode, interrupted(ALL_DONE))
  } catch (error) {
    if (interrupt.exitCode !== undefined) return endInterrupted(output, interrupt.exitCode, error)
    if (asksForHelp(error) && !own.includes('--json')) {
      commandMeant(program).outputHelp()
      return
    }
    const shown = usageError(error, program)
    if (shown !== undefined) process.exitCode = output.error(shown)
  }
}

/** The error of a clean-up that did not end. A signal arrives outside the call of the command. */
function cutShort(target: CommandTarget): McpKeycloakError {
  return withTarget(target, () => interrupted(`${CUT_SHORT}: ${command('status', { all: true })}`))
}

/** Reports the outcome of an interrupted command, and any other error. */
function endInterrupted(output: Output, exitCode: number, error: unknown): void {
  if (!comesOfInterrupt(error)) output.error(error)
  output.error(interruptedOutcome(error) === undefined ? interrupted(NOTHING_MORE) : error)
  process.exitCode = exitCode
  setTimeout(() => process.exit(), DRAIN_MS).unref()
}

/** Treats `-v` as `--version`, unless a command comes before it: in `exec pytest -v` it belongs to pytest. */
function withVersionFlag(argv: readonly string[]): string[] {
  const at = argv.indexOf('-v')
  const isFirst = argv.slice(2, at).every((word) => word.startsWith('-'))
  return argv.map((word, index) => (index === at && isFirst ? '--version' : word))
}

/** Creates the program with its commands. */
export function createProgram(context: CommandContext): Command {
  const { homepage } = projectAddresses()
  const program = new Command('mcp-keycloak')
    .description('A local Keycloak that MCP clients and MCP servers work with at the first try')
    .version(packageVersion(), '-V, --version', 'output the version number (so does -v, before a command)')
    .configureHelp({
      showGlobalOptions: true,
      formatHelp: (command, helper) => formatHelp(command, helper, homepage),
    })
    .configureOutput({
      writeOut: (text) => createPrinter('stdout').print(text.trimEnd().split('\n')),
      writeErr: () => {}, // errors are printed only below
    })
    .exitOverride()
    .showSuggestionAfterError()
  addGlobalOptions(program)
  addInitCommand(program, context)
  addTrustCommand(program, context)
  addUpCommand(program, context)
  addDownCommand(program, context)
  addStatusCommand(program, context)
  addSnippetsCommand(program, context)
  addResetRealmCommand(program, context)
  addRealmCommand(program, context)
  addTokenCommand(program, context)
  addClientsCommand(program, context)
  addSnapshotCommand(program, context)
  addDoctorCommand(program, context)
  addVerifyCommand(program, context)
  addLogsCommand(program, context)
  addExplainCommand(program, context)
  addEnvCommand(program, context)
  addExecCommand(program, context)
  addBridgeCommand(program, context)
  addPrepareCommand(program, context)
  addCompletionCommand(program, context)
  addMcpCommand(program, context)
  return program
}
