import type { ChalkInstance } from 'chalk'

import { EXIT_CODES, interruptedOutcome, McpKeycloakError } from '../errors.ts'
import { errorReport } from '../operations/error-report.ts'
import { printableJson } from '../printable.ts'
import { createPrinter } from './printer.ts'
import { renderError, warning } from './render.ts'

/** The switches of every command. */
export interface GlobalOptions {
  readonly json?: boolean
  readonly quiet?: boolean
  readonly verbose?: boolean
  readonly color?: boolean
  readonly yes?: boolean
}

/** Maximum characters of a line of a log, a note, a warning or an error. A longer line is cut. */
const LONGEST_LINE = 20_000

/** Turns a value into lines for a person. Each element is one line. */
type Render<Value> = (value: Value, chalk: ChalkInstance) => readonly string[]

/** The destination of a command's result, progress and errors. */
export interface Output {
  readonly options: GlobalOptions
  /** Colours for stdout. */
  readonly chalk: ChalkInstance
  /** Colours for stderr. */
  readonly chalkStderr: ChalkInstance
  /** Shows the current step on stderr until it is done. */
  step(text: string): void
  /** Shows a part of the current step: in its line on a terminal, otherwise not at all. */
  detail(text: string): void
  /** Prints lines about a side effect to stderr. They stay there. */
  note(...lines: readonly string[]): void
  /**
   * Prints the result to stdout, as JSON or with `render`. Prints its warnings to stderr.
   *
   * @param exitCode the exit code of the program: `faultFound` when a check finds a fault
   */
  result<Report>(report: Report, render: Render<Report>, exitCode?: number): void
  /** Prints our own commands for the CI system that reads stdout. Prints nothing with `--json`. */
  command(lines: readonly string[]): void
  /** Prints warnings to stderr. */
  warn(texts: readonly string[]): void
  /**
   * Prints warnings of the result to stderr at once. With `--json`, adds them to its field `warnings`, if it has one.
   */
  warnWithResult(texts: readonly string[]): void
  /** The exit code of the result. */
  readonly exitCode: number
  /** Prints one value of an endless result to stdout: as one line of JSON, or with `render`. */
  value<Value>(value: Value, render: Render<Value>): void
  /** Prints an error to stderr. Returns the exit code. */
  error(error: unknown): number
  /** Ends the progress and shows the cursor again. */
  close(): unknown
}

/** Creates the output of a command. */
export function createOutput(options: GlobalOptions): Output {
  const stdout = createPrinter('stdout', options.color)
  const stderr = createPrinter('stderr', options.color)
  const silent = options.quiet === true || options.json === true
  let exitCode: number = EXIT_CODES.done
  const held: string[] = []
  const warn = (texts: readonly string[]) => {
    if (texts.length > 0) stderr.endProgress()
    stderr.print(
      texts.map((text) => warning(stderr.chalk, text)),
      LONGEST_LINE,
    )
  }
  const print = <Value>(value: Value, render: Render<Value>, longest?: number) =>
    options.json ? stdout.print([printableJson(value)]) : stdout.print(render(value, stdout.chalk), longest)
  return {
    options,
    chalk: stdout.chalk,
    chalkStderr: stderr.chalk,
    step(text) {
      if (!silent) stderr.progress(text)
    },
    detail(text) {
      if (!silent && stderr.isTerminal) stderr.progress(text)
    },
    note(...lines) {
      stderr.endProgress()
      if (!silent) stderr.print(lines, LONGEST_LINE)
    },
    get exitCode() {
      return exitCode
    },
    warn,
    warnWithResult(texts) {
      if (options.json) held.push(...texts)
      else warn(texts)
    },
    result(found, render, code = EXIT_CODES.done) {
      stderr.endProgress()
      const report = withWarnings(found, held)
      exitCode = code
      print(report, render)
      if (!options.json) warn(warningsOf(report))
    },
    value: (value, render) => print(value, render, LONGEST_LINE),
    command(lines) {
      if (!options.json) stdout.command(lines)
    },
    close: stderr.endProgress,
    error(error) {
      const isBelowEcho = !stderr.endProgress() && stderr.isTerminal && options.json !== true
      // The terminal has printed ^C, and only a spinner rewrites that line.
      if (isBelowEcho && interruptedOutcome(error) !== undefined) stderr.print([''])
      if (options.json) stderr.print([printableJson(errorReport(error))])
      else stderr.print(renderError(error, stderr.chalk, options.verbose === true), LONGEST_LINE)
      return error instanceof McpKeycloakError ? error.exitCode : EXIT_CODES.bug
    },
  }
}

/** Adds warnings to a report. A report without a field for them stays unchanged. */
function withWarnings<Report>(report: Report, further: readonly string[]): Report {
  const isAble = further.length > 0 && Array.isArray((report as { warnings?: unknown } | undefined)?.warnings)
  return isAble ? { ...report, warnings: [...further, ...warningsOf(report)] } : report
}

function warningsOf(report: unknown): readonly string[] {
  return (report as { readonly warnings?: readonly string[] } | undefined)?.warnings ?? []
}
