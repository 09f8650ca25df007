import type { Argument, Command, Option } from 'commander'

/** The place of the cursor in a command line. */
export interface Line {
  /** The command that the words name. */
  readonly command: Command
  /** The begun word. After `--instance=` it is the value alone. */
  readonly word: string
  /** The option whose value the word is. */
  readonly option?: Option
  /** The argument that the word is; `undefined` when the command takes no further one. */
  readonly argument?: Argument | undefined
  /** Whether the word belongs to the command of `exec`. */
  readonly isForeign: boolean
  /** The values of the options before the cursor, by the option's name. A switch has `true`. */
  readonly given: ReadonlyMap<string, string | true>
}

/**
 * Finds out what a word at the end of a command line is. Understands unfinished lines, which commander would refuse.
 *
 * @param words the words after the program's name; the last one is begun, or empty
 */
export function readLine(program: Command, words: readonly string[]): Line {
  const before = words.slice(0, -1)
  const word = words.at(-1) ?? ''
  const given = new Map<string, string | true>()
  let command = program
  let option: Option | undefined
  let seenArguments = 0
  let isForeign = false
  for (const typed of before) {
    if (option) {
      given.set(option.attributeName(), typed)
      option = undefined
    } else if (typed === '--') isForeign = true
    else if (isForeign) continue
    else if (typed.startsWith('-')) {
      const [name = '', value] = split(typed)
      const found = optionOf(command, name)
      if (found && takesValue(found) && value === undefined) option = found
      else if (found) given.set(found.attributeName(), value ?? true)
    } else {
      const next = seenArguments === 0 ? command.commands.find((one) => one.name() === typed) : undefined
      if (next) command = next
      else seenArguments++
    }
  }
  if (option) return { command, word, option, isForeign, given }
  const [name = '', value] = split(word)
  const valued = value === undefined || isForeign ? undefined : optionOf(command, name)
  if (valued && value !== undefined) return { command, word: value, option: valued, isForeign, given }
  return { command, word, argument: argumentAt(command, seenArguments), isForeign, given }
}

/** The options of a command that help shows, and those of every command. */
export function optionsOf(command: Command): readonly Option[] {
  const all = [...command.options, ...(command.parent ? optionsOf(command.parent) : [])]
  return all.filter(({ hidden }) => !hidden)
}

/** Whether an option takes a value. */
export function takesValue({ required, optional }: Option): boolean {
  return required || optional
}

function optionOf(command: Command, name: string): Option | undefined {
  return optionsOf(command).find(({ long, short }) => name === long || name === short)
}

/** Splits `--instance=old`. */
function split(word: string): readonly [name: string, value?: string] {
  const at = word.startsWith('--') ? word.indexOf('=') : -1
  return at < 0 ? [word] : [word.slice(0, at), word.slice(at + 1)]
}

function argumentAt({ registeredArguments: all }: Command, index: number): Argument | undefined {
  const last = all.at(-1)
  return all[index] ?? (last?.variadic ? last : undefined)
}
