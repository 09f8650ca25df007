import { writeFile } from 'node:fs/promises'

import { Chalk, type ChalkInstance } from 'chalk'
import { Option } from 'commander'

import { McpKeycloakError } from '../errors.ts'
import type { Output } from './output.ts'
import { type FormattedReport, REPORT_FORMATS, type ReportFormat } from './report-formats.ts'

/** The flags of a command whose result has several formats. */
export interface FormatFlags {
  readonly format?: 'text' | ReportFormat
  readonly output?: string
}

/** The options for {@link FormatFlags}. */
export const FORMAT_OPTIONS = [
  new Option('--format <format>', 'format of the result')
    .choices(['text', ...Object.keys(REPORT_FORMATS)])
    .default('text'),
  ['--output <file>', 'write the result to a file, and the text to the terminal'],
] as const

/** A result, its text for people, and its form for the other formats. */
interface FormattedResult<Report> {
  readonly report: Report
  readonly render: (report: Report, chalk: ChalkInstance, verbose: boolean) => readonly string[]
  readonly formatted: (report: Report) => FormattedReport
  readonly exitCode: number
}

/**
 * Prints a result in the wanted format. With `--output`, writes the format to the file and prints the text.
 *
 * @throws {McpKeycloakError} `USAGE_INVALID` when the file cannot be written
 */
export async function printFormatted<Report>(
  out: Output,
  { format = 'text', output }: FormatFlags,
  { report, render, formatted, exitCode }: FormattedResult<Report>,
): Promise<void> {
  const isVerbose = out.options.verbose === true
  const lines = (shown: Report, chalk: ChalkInstance, verbose: boolean) =>
    format === 'text' ? render(shown, chalk, verbose) : REPORT_FORMATS[format](formatted(shown))
  if (output !== undefined) await writeResult(output, lines(report, new Chalk({ level: 0 }), true))
  const shownText = output === undefined ? lines : render
  out.result(report, (shown, chalk) => shownText(shown, chalk, isVerbose), exitCode)
}

async function writeResult(file: string, lines: readonly string[]): Promise<void> {
  await writeFile(file, `${lines.join('\n')}\n`).catch((cause: Error) => {
    throw new McpKeycloakError('USAGE_INVALID', {
      what: `The result cannot be written to ${file}.`,
      why: `${cause.message}.`,
      fix: 'Name a file in a folder that exists and that you may write to.',
      cause,
    })
  })
}
