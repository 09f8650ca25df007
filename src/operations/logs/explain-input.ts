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

/** Characters that are looked at, and the share of them that makes a file binary. */
const SAMPLE = 2000
const BINARY_SHARE = 0.2

/**
 * Prepares a line of input. A file that PowerShell wrote has two bytes for each character.
 *
 * @throws {McpKeycloakError} `USAGE_INVALID` when the first line is of a binary file
 */
export function inputLine(line: string, isFirst: boolean): string {
  const text = line.includes('\0') ? line.replaceAll('\0', '') : line
  if (isFirst && isBinary(text)) throw binary()
  return text
}

function isBinary(text: string): boolean {
  const sample = text.slice(0, SAMPLE)
  if (BINARY.test(sample)) return true
  return sample.length > 20 && (sample.match(NOT_TEXT)?.length ?? 0) > BINARY_SHARE * sample.length
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
