import type { Argument, Command, Option } from 'commander'

import { resolveConfig } from '../../config/resolve.ts'
import type { Config, ConfigKey } from '../../config/schema.ts'
import type { Suggestion, ValueKind } from '../../operations/completion/completion-values.ts'
import { commandPath } from '../help.ts'
import { type Line, optionsOf, readLine, takesValue } from './line.ts'

/** The suggestions for a word. */
export interface Completion {
  readonly suggestions: readonly Suggestion[]
  /** Whether the shell completes file names when no suggestion fits. */
  readonly files: boolean
}

/** The kinds of values of options and arguments. A command's words in front mean only that command. */
const KINDS: Readonly<Record<string, ValueKind>> = {
  '--instance': 'instance',
  '--realm': 'realm',
  '--with': 'overlay',
  '--keycloak-version': 'version',
  '--level': 'level',
  'doctor --client': 'client program',
  'token --bad': 'bad token',
  'snippets names': 'program',
  'clients delete client-id': 'client',
  'snapshot save name': 'snapshot',
  'snapshot load name': 'snapshot',
  'snapshot delete name': 'snapshot',
}

/** The options that say where instances, realms and clients are. */
const PLACE = ['instance', 'keycloakUrl', 'dataFolder', 'cacheFolder', 'realm'] as const satisfies ConfigKey[]

/** Names of values that are paths. */
const PATH = /file|folder/

/**
 * Completes the last word of a command line.
 *
 * @param words the words after the program's name; the last one is begun, or empty
 */
export async function complete(program: Command, words: readonly string[]): Promise<Completion> {
  const line = readLine(program, words)
  const all = await candidates(line)
  return { ...all, suggestions: all.suggestions.filter(({ value }) => value.startsWith(line.word)) }
}

async function candidates(line: Line): Promise<Completion> {
  const { command, option, argument, word, isForeign } = line
  if (isForeign) return { suggestions: [], files: true }
  if (option) return values(line, option)
  if (!word.startsWith('-')) {
    const { suggestions, files } = await values(line, argument)
    const commands = command.commands.map(described)
    if (commands.length + suggestions.length > 0 || files)
      return { suggestions: [...commands, ...suggestions], files }
  }
  return { suggestions: flags(line), files: false }
}

function described(command: Command): Suggestion {
  return { value: command.name(), description: command.description() }
}

/** The flags that the line does not have yet, and those that may be repeated. */
function flags({ command, given }: Line): readonly Suggestion[] {
  return optionsOf(command)
    .filter((option) => !given.has(option.attributeName()) || option.description.includes('repeatable'))
    .flatMap(({ long, description }) => (long ? [{ value: long, description }] : []))
}

/** The values of an option or an argument. */
async function values(line: Line, of: Option | Argument | undefined): Promise<Completion> {
  if (of === undefined) return { suggestions: [], files: false }
  const name = 'long' in of ? (of.long ?? '') : of.name()
  const placeholder = 'flags' in of ? of.flags : of.name()
  const choices = of.argChoices ?? /<(\w+(?:\|\w+)+)>/.exec(placeholder)?.[1]?.split('|')
  if (choices) return { suggestions: choices.map((value) => ({ value })), files: false }
  const kind = KINDS[[...commandPath(line.command), name].join(' ')] ?? KINDS[name]
  const files = PATH.test(placeholder) || kind === 'overlay'
  if (kind === undefined) return { suggestions: [], files }
  const { completionValues } = await import('../../operations/completion/completion-values.ts')
  return { suggestions: await completionValues(kind, await place(line)), files }
}

/** The options of the line that say where things are, and those of environment and config file. */
async function place({ command, given }: Line): Promise<Config> {
  const own = optionsOf(command).filter(takesValue)
  const flags = PLACE.map((key) => [
    key,
    own.some((one) => one.attributeName() === key) ? given.get(key) : undefined,
  ])
  return (await resolveConfig({ flags: Object.fromEntries(flags) })).config
}
