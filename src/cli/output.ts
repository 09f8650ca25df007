import type { ChalkInstance } from 'chalk'

import { addressed, type CommandTarget } from '../config/addressed.ts'
import { EXIT_CODES, interruptedOutcome, McpKeycloakError } from '../errors.ts'
import { errorReport } from '../operations/error-report.ts'
import { printableJson } from '../printable.ts'
import { advised, advisedError } from './advised.ts'
import { createPrinter } from './printer.ts'
import { renderError, warning } from './render.ts'

/** The switches that every command has. */
export interface GlobalOptions {
  readonly json?: boolean
  readonly quiet?: boolean
  readonly verbose?: boolean
  readonly color?: boolean
  readonly yes?: boolean
}

/** Characters of a line of a log, a note, a warning or an error; a longer line is cut. */
const LONGEST_LINE = 20_000

/** Turns a value into lines for a person. Each element is one line. */
type Render<Value> = (value: Value, chalk: ChalkInstance) => readonly string[]

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
  /** Something that was done besides the result, line by line: to stderr, and it stays there. */
  note(...lines: readonly string[]): void
  /**
   * The result, to stdout: as JSON, or as `render` puts it for a person, with its warnings on stderr.
   *
   * @param exitCode what the program ends with: `faultFound` for a command that has found what it was looking for
   */
  result<Report>(report: Report, render: Render<Report>, exitCode?: number): void
  /** Our own commands for the CI system whose log stdout is; none with `--json`. */
  command(lines: readonly string[]): void
  /** What to mind besides: to stderr. */
  warn(texts: readonly string[]): void
  /** Warnings that belong to the result: to stderr at once; with `--json` into its `warnings`, if it has that field. */
  warnWithResult(texts: readonly string[]): void
  /** What the result says the program ends with. */
  readonly exitCode: number
  /** One value of a result that has no end, to stdout: as JSON in one line, or as `render` puts it. */
  value<Value>(value: Value, render: Render<Value>): void
  /** An error, to stderr; returns the exit code. */
  error(error: unknown): number
  /** Ends the progress and shows the cursor again. */
  close(): unknown
}

/**
 * The output of a command.
 *
 * @param target the flags that were typed and that the commands in our advice have to repeat
 */
export function createOutput(options: GlobalOptions, target: CommandTarget = {}): Output {
  const stdout = createPrinter('stdout', options.color)
  const stderr = createPrinter('stderr', options.color)
  const silent = options.quiet === true || options.json === true
  let exitCode: number = EXIT_CODES.done
  const held: string[] = []
  const warn = (texts: readonly string[]) => {
    if (texts.length > 0) stderr.endProgress()
    stderr.print(
      texts.map((text) => warning(stderr.chalk, addressed(text, target))),
      LONGEST_LINE,
    )
  }
  const print = <Value>(value: Value, render: Render<Value>, longest?: number) =>
    options.json ? stdout.print([printableJson(value)]) : stdout.print(render(value, stdout.chalk), longest)
  return {
    options,
    advise: (text) => addressed(text, target),
    chalk: stdout.chalk,
    chalkStderr: stderr.chalk,
    step(text) {
      if (!silent) stderr.progress(text)
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
      const report = advised(withWarnings(found, held), target)
      exitCode = code
      print(report, render)
      if (!options.json) warn(warningsOf(report))
    },
    value: (value, render) => print(advised(value, target), render, LONGEST_LINE),
    command(lines) {
      if (!options.json) stdout.command(lines)
    },
    close: stderr.endProgress,
    error(thrown) {
      const isBelowEcho = !stderr.endProgress() && stderr.isTerminal && options.json !== true
      const error = advisedError(thrown, target)
      // The terminal has echoed ^C; only a spinner rewrites its line.
      if (isBelowEcho && interruptedOutcome(error) !== undefined) stderr.print([''])
      if (options.json) stderr.print([printableJson(errorReport(error))])
      else stderr.print(renderError(error, stderr.chalk, options.verbose === true), LONGEST_LINE)
      return error instanceof McpKeycloakError ? error.exitCode : EXIT_CODES.bug
    },
  }
}

/** The report with further warnings; unchanged when it has no field for them. */
function withWarnings<Report>(report: Report, further: readonly string[]): Report {
  const isAble = further.length > 0 && Array.isArray((report as { warnings?: unknown } | undefined)?.warnings)
  return isAble ? { ...report, warnings: [...further, ...warningsOf(report)] } : report
}

function warningsOf(report: unknown): readonly string[] {
  return (report as { readonly warnings?: readonly string[] } | undefined)?.warnings ?? []
}
