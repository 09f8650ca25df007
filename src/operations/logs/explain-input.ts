import { command } from '../../config/command.ts'
import { McpKeycloakError } from '../../errors.ts'
import { clipboardPrograms, readClipboard } from '../../runtime/clipboard.ts'

/** First characters of files that are not texts, as UTF-8 shows them. */
// biome-ignore-start lint/suspicious/noControlCharactersInRegex: the bytes of those files
const BINARY =
  /^(?:PK\u0003\u0004|\u001f\ufffd\b|\u007fELF|%PDF-|\ufffdPNG|\ufffd\ufffd\ufffd\ufffd|MZ\ufffd)/

/** Characters that texts do not have. */
const NOT_TEXT = /[\u0001-\u0008\u000e-\u001a\u001c-\u001f\ufffd]/g
// biome-ignore-end lint/suspicious/noControlCharactersInRegex: the bytes of those files

/** Characters that are looked at. */
const SAMPLE = 2000

/** The share of characters that texts do not have, from which on a file is binary. */
const BINARY_SHARE = 0.2

/** The share of characters apart from zeros that a text has at least: about half in UTF-16, all in UTF-8. */
const LEAST_TEXT = 0.4

/** A shorter input is a text. */
const SHORTEST_BINARY = 20

/**
 * Passes the lines of a text on.
 *
 * @throws {McpKeycloakError} `USAGE_INVALID` when the first lines are of a binary file
 */
export async function* linesOfText(lines: Iterable<string> | AsyncIterable<string>): AsyncGenerator<string> {
  const first: string[] = []
  let length = 0
  for await (const line of lines) {
    if (length >= SAMPLE) yield line
    else {
      first.push(line)
      length += line.length + 1
      if (length >= SAMPLE) yield* checked(first)
    }
  }
  if (length < SAMPLE) yield* checked(first)
}

function checked(lines: readonly string[]): readonly string[] {
  const sample = lines
    .map((line) => line.slice(0, SAMPLE))
    .join('')
    .slice(0, SAMPLE)
  if (isBinary(sample)) throw binary()
  return lines
}

function isBinary(sample: string): boolean {
  const text = withoutZeros(sample)
  if (BINARY.test(text)) return true
  if (sample.length <= SHORTEST_BINARY) return false
  return text.length < LEAST_TEXT * sample.length || shareOf(NOT_TEXT, text) > BINARY_SHARE
}

function shareOf(pattern: RegExp, text: string): number {
  return (text.match(pattern)?.length ?? 0) / text.length
}

/** The text of a line. A file that PowerShell wrote has two bytes for each character. */
export function withoutZeros(line: string): string {
  return line.includes('\0') ? line.replaceAll('\0', '') : line
}

function binary(): McpKeycloakError {
  return new McpKeycloakError('USAGE_INVALID', {
    what: 'The input is not a text.',
    why: 'It looks like an archive, an image or another binary file.',
    fix: `Unpack it, and give one log: ${command('explain')} < client.log`,
  })
}

/**
 * Reads the lines on the clipboard.
 *
 * @throws {McpKeycloakError} `COMMAND_NOT_FOUND` when no program can read it
 */
export async function clipboardLines(): Promise<readonly string[]> {
  const text = await readClipboard()
  if (text !== undefined) return text.split(/\r?\n/)
  throw new McpKeycloakError('COMMAND_NOT_FOUND', {
    what: 'The clipboard cannot be read.',
    why: `None of these programs is there and works: ${clipboardPrograms().join(', ')}.`,
    fix: `Install one of them, or paste the text into: ${command('explain')} <<'END'`,
  })
}
