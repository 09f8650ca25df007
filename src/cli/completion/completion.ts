import type { Command } from 'commander'
import { command } from '../../config/command.ts'
import { McpKeycloakError } from '../../errors.ts'
import { isPrintable, printableLine } from '../../printable.ts'
import type { CommandContext } from '../context.ts'
import { createPrinter } from '../printer.ts'
import { BASH_SCRIPT } from './bash-script.ts'

/** The shells with a script. */
const SHELLS = ['bash', 'zsh', 'fish', 'powershell'] as const

/** The last line for a shell: whether it completes file names. Cobra's protocol. */
const FILES = ':0'
const NO_FILES = ':4'

/** Maximum length of a description, so that it fits in a line of the terminal. */
const LONGEST_DESCRIPTION = 100

/** Adds `mcp-keycloak completion`, which prints the script with which a shell completes our command lines. */
export function addCompletionCommand(program: Command, { output }: CommandContext): void {
  const own = program
    .command('completion')
    .description(
      'the script with which your shell completes commands, options, instances, realms and clients',
    )
  const shell = own.createArgument('<shell>', 'the shell that reads the script').choices(SHELLS)
  own.addArgument(shell).action(async (name: (typeof SHELLS)[number]) => {
    const out = output(own)
    if (out.options.json) throw noJson(name)
    if (name === 'bash') return out.result(undefined, () => BASH_SCRIPT.trimEnd().split('\n'))
    const { script } = await import('@bomb.sh/tab')
    script(name, program.name(), program.name())
  })
}

/** Whether a shell calls with the words of a command line to complete. */
export function asksForCompletion(argv: readonly string[]): boolean {
  return argv[2] === 'complete' && argv[3] === '--'
}

/**
 * Answers a shell that completes a command line. Prints nothing but the suggestions: a message would land in the line that
 * the user types.
 */
export async function answerShell(program: Command, argv: readonly string[]): Promise<void> {
  const { complete } = await import('./suggestions.ts')
  const { suggestions, files } = await complete(program, argv.slice(4)).catch(() => NOTHING)
  const lines = suggestions
    .filter(({ value }) => isPrintable(value))
    .map(({ value, description = '' }) => `${value}\t${printableLine(description, LONGEST_DESCRIPTION)}`)
  createPrinter('stdout', false).print([...lines, files ? FILES : NO_FILES])
}

/** The answer to a line that cannot be completed, for example because Keycloak is stopped. */
const NOTHING = { suggestions: [], files: false }

function noJson(shell: string): McpKeycloakError {
  return new McpKeycloakError('USAGE_INVALID', {
    what: 'completion has no --json.',
    why: 'Its result is a script for a shell.',
    fix: `Leave --json out: ${command('completion', shell)}`,
  })
}
