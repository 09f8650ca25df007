import { printableLine } from '../printable.ts'

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  '#39': "'",
  '#x27': "'",
}

/** Colors, links and cursor movements of a terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern removes them
const TERMINAL_CODES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\))/g
// biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern replaces them
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g

/** Secrets in logs and URLs. */
const TOKEN = /\beyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)*/g
const SECRET =
  /\b(client_secret|password|code_verifier|\w*_token)(=|["']?\s*:\s*["'])([^"'&\s]+)|\b(code)(=)([\w.~-]{16,})/gi
const AUTHORIZATION = /\b(Basic|Bearer) [\w.~+/=-]{12,}/g

/** The source position that Python's rich adds to the right of a log message. */
const SOURCE_COLUMN = /(?<! ) {2,}\w+\.py:\d+$/

/** The rest of a message that was wrapped at 80 columns, indented past time and level. */
const WRAPPED = /^\s{24,}\S/

/** Maximum characters of a line that are quoted. */
const QUOTED = 4000

/** Number of following lines that may have the rest of a wrapped line. */
export const LOOK_AHEAD_LINES = 12

/** Returns the rest of a wrapped message: the next line, and the lines with the same indentation. */
export function continuation(following: readonly string[]): string {
  const [next = '', ...more] = following.slice(0, LOOK_AHEAD_LINES)
  const end = WRAPPED.test(next) ? more.findIndex((line) => !WRAPPED.test(line)) : 0
  return [next, ...(end < 0 ? more : more.slice(0, end))]
    .map((line) => plainText(line.slice(0, 400)))
    .join(' ')
}

/** Whether these lines have the rest of the line before them. */
export function isWrapped([next = '']: readonly string[]): boolean {
  return WRAPPED.test(next)
}

/** Joins a wrapped message into one line. Returns any other line unchanged. */
export function unwrapped(line: string, following: readonly string[]): string {
  return isWrapped(following) ? `${plainText(line.slice(0, QUOTED))} ${continuation(following)}` : line
}

/**
 * Removes terminal codes and the escapes of JSON, HTML and URLs from a line. Leaves one space between words.
 */
export function plainText(line: string): string {
  const bare = line.replace(TERMINAL_CODES, '').trimEnd().replace(SOURCE_COLUMN, '').replace(CONTROL, ' ')
  const unescaped = bare
    .replace(/\\u00(2[267]|3[ce])/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replace(/(?<!\\)\\+(["'])/g, '$1')
    .replace(/&(amp|lt|gt|quot|#39|#x27);/g, (_, name: string) => ENTITIES[name] ?? '')
    .replace(/[‘’]/g, "'")
    .replace(/[“”]/g, '"')
  return decodedQuery(unescaped).replace(/\s+/g, ' ').trim()
}

/** Decodes the description of an error in the query of a redirect. */
function decodedQuery(text: string): string {
  return text.replace(/\berror_description=([^&\s"']+)/g, (whole, value: string) => {
    try {
      return `error_description=${decodeURIComponent(value.replaceAll('+', ' '))}`
    } catch {
      return whole // cut off in the middle of an escape
    }
  })
}

/** Makes a line safe to show and to paste into an issue: removes tokens, secrets and codes, and cuts it to a length. */
export function quotable(line: string, length = 300): string {
  const safe = plainText(line.slice(0, QUOTED))
    .replace(TOKEN, 'eyJ…')
    .replace(AUTHORIZATION, '$1 …')
    .replace(SECRET, '$1$2$4$5…')
  return printableLine(safe, length)
}
