import { Chalk, type ChalkInstance, supportsColor, supportsColorStderr } from 'chalk'
import yoctoSpinner, { type Spinner } from 'yocto-spinner'

import { inOneLine, printable, printableLine, withoutCiCommands } from '../printable.ts'

/** One of the program's two output streams, as lines of text. */
export interface Printer {
  /** Colours of this printer. Only these reach the terminal. Other escapes in a text are replaced. */
  readonly chalk: ChalkInstance
  readonly isTerminal: boolean
  /**
   * Writes lines. A line break inside a line becomes a blank. No text can act as a command for a CI system.
   *
   * @param longest maximum characters of a line. A longer line is cut and loses its colours. Default: no limit,
   *   because a cut token, snippet or JSON is broken.
   */
  print(lines: readonly string[], longest?: number): void
  /** Writes our own commands for a CI system, one per line. */
  command(lines: readonly string[]): void
  /** Shows progress: one changing line on a terminal, otherwise one line for each text. */
  progress(text: string): void
  /** Ends the progress. Returns whether a line of progress was visible. */
  endProgress(): boolean
}

/** Stands for ESC in our own colours. It is random, so no text can contain it. */
const OWN_ESCAPE = `\u{F0000}${crypto.randomUUID()}`

/**
 * Creates the printer of a stream. Only this module writes to the terminal, so it makes all text safe.
 *
 * @param color `false` switches colours off
 */
export function createPrinter(to: 'stdout' | 'stderr', color = true): Printer {
  const stream = process[to]
  const support = to === 'stdout' ? supportsColor : supportsColorStderr
  let spinner: Spinner | undefined
  return {
    chalk: ownColors(new Chalk({ level: color ? colorLevel(support) : 0 })),
    isTerminal: stream.isTTY === true,
    print(lines, longest) {
      if (lines.length > 0) stream.write(lines.map((line) => `${shown(line, longest)}\n`).join(''))
    },
    command(lines) {
      if (lines.length > 0) stream.write(lines.map((line) => `${inOneLine(line)}\n`).join(''))
    },
    progress(text) {
      const line = withoutCiCommands(printableLine(text, LONGEST_PROGRESS))
      if (!stream.isTTY || process.env.CI) stream.write(`… ${line}\n`)
      else if (spinner) spinner.text = line
      else spinner = yoctoSpinner({ text: line, stream, handleSignals: false }).start()
    },
    endProgress() {
      const wasShown = spinner !== undefined
      spinner?.stop()
      spinner = undefined
      return wasShown
    },
  }
}

/** Maximum characters of a line of progress. */
const LONGEST_PROGRESS = 500

/** Error codes of a pipe without a reader and of a closed terminal window. */
const UNREAD = ['EPIPE', 'EIO']

/** Calls `end` when nobody reads the result any more (`| head`). Unread progress does not end the program. */
export function onResultUnread(end: () => void): void {
  const unlessUnread = (error: NodeJS.ErrnoException) => {
    if (!UNREAD.includes(error.code ?? '')) throw error
  }
  process.stderr.on('error', unlessUnread)
  process.stdout.on('error', unlessUnread).on('error', end)
}

/** Our own colours in a text. */
const OWN_COLOR = new RegExp(`${OWN_ESCAPE}\\[\\d+m`, 'gu')

function shown(line: string, longest = Number.POSITIVE_INFINITY): string {
  const whole = inOneLine(line)
  const plain = whole.length > longest ? whole.replace(OWN_COLOR, '') : whole
  const cut = plain.length > longest ? `${plain.slice(0, longest - 1)}…` : whole
  return withoutCiCommands(cut.replaceAll(OWN_ESCAPE, '\u001b'))
}

/** Returns the same colours with escapes that pass the printer. */
function ownColors(chalk: ChalkInstance): ChalkInstance {
  const paint = (...texts: readonly unknown[]) => {
    const text = printable(texts.join(' ')).replaceAll(OWN_ESCAPE, '\u001b')
    return chalk(text).replaceAll('\u001b', OWN_ESCAPE)
  }
  const get = (_: unknown, name: string | symbol) => {
    const value: unknown = Reflect.get(chalk, name, chalk)
    return typeof value === 'function' ? ownColors(value as ChalkInstance) : value
  }
  return new Proxy(paint, { get }) as ChalkInstance
}

/**
 * Returns the level of colours. chalk itself only knows FORCE_COLOR.
 *
 * @see {@link https://no-color.org NO_COLOR}
 */
function colorLevel(support: { level: number } | false): 0 | 1 | 2 | 3 {
  if (process.env.NO_COLOR && !process.env.FORCE_COLOR) return 0
  return (support ? support.level : 0) as 0 | 1 | 2 | 3
}
