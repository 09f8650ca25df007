import { type Command, CommanderError } from 'commander'
import { capitalized } from '../config/capitalized.ts'
import { command } from '../config/command.ts'

import { McpKeycloakError } from '../errors.ts'
import { commandPath } from './help.ts'

/** Other tools' names for our commands, grouped by parent command. */
const OTHER_NAMES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '': {
    start: 'up',
    serve: 'up',
    run: 'up',
    create: 'up',
    stop: 'down',
    kill: 'down',
    destroy: 'down --purge',
    purge: 'down --purge',
    remove: 'down --purge',
    rm: 'down --purge',
    restart: 'down; up',
    reset: 'reset-realm',
    ps: 'status',
    ls: 'status --all',
    list: 'status --all',
    info: 'status',
    login: 'token',
    log: 'logs',
    tail: 'logs -f',
    check: 'doctor',
    test: 'verify',
    config: 'init',
    backup: 'snapshot save',
    restore: 'snapshot load',
    export: 'realm export',
    diff: 'realm diff',
    client: 'clients list',
    version: '--version',
  },
  realm: { show: 'realm render', print: 'realm render', compare: 'realm diff', reset: 'reset-realm' },
  snapshot: {
    ls: 'snapshot list',
    create: 'snapshot save',
    restore: 'snapshot load',
    rm: 'snapshot delete',
    remove: 'snapshot delete',
  },
  clients: { ls: 'clients list', show: 'clients list', rm: 'clients delete', remove: 'clients delete' },
}

/** Whether commander threw the error because of a missing subcommand, which shows the help. */
export function asksForHelp(error: unknown): boolean {
  return error instanceof CommanderError && error.code === 'commander.help'
}

/** Finds the command of a command line. */
export function commandMeant(program: Command): Command {
  const next = program.commands.find((command) => command.name() === program.args[0])
  return next ? commandMeant(next) : program
}

/** Translates an error of commander; `undefined` for help and version, which are not errors. */
export function usageError(error: unknown, program: Command): unknown {
  if (!(error instanceof CommanderError)) return error
  if (error.exitCode === 0) return undefined
  const called = commandMeant(program)
  const path = commandPath(called)
  const help = ours([...path, '--help'].join(' '))
  if (asksForHelp(error)) {
    return new McpKeycloakError('USAGE_INVALID', {
      what: 'No command was given.',
      why: `The commands are ${called.commands.map((one) => one.name()).join(', ')}.`,
      fix: path.length === 0 ? `${command('up')}; or ${help}` : help,
    })
  }
  const [what = '', ...hints] = error.message.replace(/^error: |\.$/g, '').split('\n')
  const [word = ''] = called.args
  const meant = error.code === 'commander.unknownCommand' && ourName(word, path)
  return new McpKeycloakError('USAGE_INVALID', {
    what: `${capitalized(what)}.`,
    why: meant ? `mcp-keycloak has another name for "${word}".` : hints.join(' ') || whyNot(what),
    fix: meant ? meant.split('; ').map(ours).join('; ') : isOfAnotherProgram(called) ? afterDashes() : help,
  })
}

function afterDashes(): string {
  return `The command's own options come after --: ${command('exec', '--', '<command>')} [arguments...]`
}

/** Writes a command of the user's own call, which names no target. */
function ours(words: string): string {
  return `mcp-keycloak ${words}`
}

/** Suggests our command for an unknown word. */
function ourName(word: string, path: readonly string[]): string | undefined {
  const names = OTHER_NAMES[path.join(' ')] ?? {}
  return Object.hasOwn(names, word) ? names[word] : undefined
}

/** Whether the unknown option comes after the command of `exec`. */
function isOfAnotherProgram(command: Command): boolean {
  return command.name() === 'exec' && command.args[0]?.startsWith('-') === false
}

function whyNot(what: string): string {
  return what.endsWith("'-v'")
    ? 'Before a command -v is --version. More detail is --verbose.'
    : 'The command line could not be understood.'
}
