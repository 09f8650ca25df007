import { Chalk, type ChalkInstance, supportsColor, supportsColorStderr } from 'chalk'
import yoctoSpinner, { type Spinner } from 'yocto-spinner'

import { addressed, type CommandTarget } from '../config/addressed.ts'
import { EXIT_CODES, interruptedOutcome, McpKeycloakError } from '../errors.ts'
import { errorReport } from '../operations/error-report.ts'
import { advised, advisedError } from './advised.ts'
import { renderError, warning } from './render.ts'

/** The switches that every command has. */
export interface GlobalOptions {
  readonly json?: boolean
  readonly quiet?: boolean
  readonly verbose?: boolean
  readonly color?: boolean
  readonly yes?: boolean
}

/** Where a command's result, its progress and its errors go. */
export interface Output {
  readonly options: GlobalOptions
  /** A text of ours, with its commands made to say whom they are for. */
  advise(text: string): string
  /** Colours for what goes to stdout. */
  readonly chalk: ChalkInstance
  /** Colours for what goes to stderr. */
  readonly chalkStderr: ChalkInstance
  /** What is going on: to stderr, gone when it is done. */
  step(text: string): void
  /** Something that was done besides the result: to stderr, and it stays there. */
  note(text: string): void
  /**
   * The result, to stdout: as JSON, or as `render` puts it for a person, with its warnings on stderr.
   *
   * @param exitCode what the program ends with: `faultFound` for a command that has found what it was looking for
   */
  result<Report>(
    report: Report,
    render: (report: Report, chalk: ChalkInstance) => readonly string[],
    exitCode?: number,
  ): void
  /** What to mind besides: to stderr. */
  warn(texts: readonly string[]): void
  /** What the result says the program ends with. */
  readonly exitCode: number
  /** One value of a result that has no end, to stdout: as JSON in one line, or as `render` puts it. */
  value<Value>(value: Value, render: (value: Value, chalk: ChalkInstance) => readonly string[]): void
  /** An error, to stderr; returns the exit code. */
  error(error: unknown): number
  /** Ends the progress and shows the cursor again. */
  close(): void
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

/**
 * The one place that writes to the terminal.
 *
 * @param target the flags that were typed and that the commands in our advice have to repeat
 */
export function createOutput(options: GlobalOptions, target: CommandTarget = {}): Output {
  const chalk = new Chalk({ level: options.color === false ? 0 : colorLevel(supportsColor) })
  const chalkStderr = new Chalk({ level: options.color === false ? 0 : colorLevel(supportsColorStderr) })
  const silent = options.quiet === true || options.json === true
  let exitCode: number = EXIT_CODES.done
  let spinner: Spinner | undefined
  const stopSpinner = () => {
    spinner?.stop()
    spinner = undefined
  }
  const warn = (texts: readonly string[]) => {
    if (texts.length > 0) stopSpinner()
    for (const text of texts) process.stderr.write(`${warning(chalkStderr, addressed(text, target))}\n`)
  }
  return {
    options,
    advise: (text) => addressed(text, target),
    chalk,
    chalkStderr,
    step(text) {
      if (silent) return
      if (!process.stderr.isTTY || process.env.CI) process.stderr.write(`… ${text}\n`)
      else if (spinner) spinner.text = text
      else spinner = yoctoSpinner({ text, stream: process.stderr, handleSignals: false }).start()
    },
    note(text) {
      stopSpinner()
      if (!silent) process.stderr.write(`${text}\n`)
    },
    get exitCode() {
      return exitCode
    },
    warn,
    result(found, render, code = EXIT_CODES.done) {
      stopSpinner()
      const report = advised(found, target)
      exitCode = code
      const lines = options.json ? [JSON.stringify(report)] : render(report, chalk)
      if (lines.length > 0) process.stdout.write(`${lines.join('\n')}\n`)
      if (!options.json) warn(warningsOf(report))
    },
    value(found, render) {
      const value = advised(found, target)
      const lines = options.json ? [JSON.stringify(value)] : render(value, chalk)
      process.stdout.write(`${lines.join('\n')}\n`)
    },
    close: stopSpinner,
    error(thrown) {
      const isBelowEcho = spinner === undefined && process.stderr.isTTY && options.json !== true
      stopSpinner()
      const error = advisedError(thrown, target)
      // The terminal has echoed ^C; only a spinner rewrites its line.
      if (isBelowEcho && interruptedOutcome(error) !== undefined) process.stderr.write('\n')
      const lines = options.json
        ? [JSON.stringify(errorReport(error))]
        : renderError(error, chalkStderr, options.verbose === true)
      process.stderr.write(`${lines.join('\n')}\n`)
      return error instanceof McpKeycloakError ? error.exitCode : EXIT_CODES.bug
    },
  }
}

function warningsOf(report: unknown): readonly string[] {
  return (report as { readonly warnings?: readonly string[] } | undefined)?.warnings ?? []
}

/** @see {@link https://no-color.org NO_COLOR}: chalk itself knows FORCE_COLOR only */
function colorLevel(support: { level: number } | false): 0 | 1 | 2 | 3 {
  if (process.env.NO_COLOR && !process.env.FORCE_COLOR) return 0
  return (support ? support.level : 0) as 0 | 1 | 2 | 3
}
