import { Chalk, type ChalkInstance, supportsColor, supportsColorStderr } from 'chalk'
import yoctoSpinner, { type Spinner } from 'yocto-spinner'

import { inOneLine, printable, printableLine } from '../printable.ts'

/** One of the two streams of the program, as lines of text. */
export interface Printer {
  /** Colours of this printer. Only these reach the terminal: escapes in a text are replaced. */
  readonly chalk: ChalkInstance
  readonly isTerminal: boolean
  /** Writes lines. Each one is a single line: a line break in it becomes a blank. */
  print(lines: readonly string[]): void
  /** Shows progress: one line that changes on a terminal, otherwise one line for each text. */
  progress(text: string): void
  /** Ends the progress. Returns whether a line of progress was on the screen. */
  endProgress(): boolean
}

/** Stands for ESC in our own colours. Nobody can guess it, so nobody can put a colour into a text. */
const OWN_ESCAPE = `\u{F0000}${crypto.randomUUID()}`

/**
 * Creates the printer of a stream. This module alone writes to the terminal, so every text that is shown is made safe
 * here, whoever wrote it.
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
    print(lines) {
      if (lines.length > 0) stream.write(lines.map((line) => `${shown(line)}\n`).join(''))
    },
    progress(text) {
      const line = printableLine(text, 500)
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

/** Error codes of a pipe without a reader and of a closed terminal window. */
const UNREAD = ['EPIPE', 'EIO']

/**
 * Says when nobody reads the result any more (`| head`). Progress that nobody reads is lost, and the work goes on.
 */
export function onResultUnread(end: () => void): void {
  const unlessUnread = (error: NodeJS.ErrnoException) => {
    if (!UNREAD.includes(error.code ?? '')) throw error
  }
  process.stderr.on('error', unlessUnread)
  process.stdout.on('error', unlessUnread).on('error', end)
}

function shown(line: string): string {
  return inOneLine(line).replaceAll(OWN_ESCAPE, '\u001b')
}

/** The same colours, whose escapes pass the printer. */
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

/** @see {@link https://no-color.org NO_COLOR}: chalk itself knows FORCE_COLOR only */
function colorLevel(support: { level: number } | false): 0 | 1 | 2 | 3 {
  if (process.env.NO_COLOR && !process.env.FORCE_COLOR) return 0
  return (support ? support.level : 0) as 0 | 1 | 2 | 3
}
