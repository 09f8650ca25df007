import { printableLine } from '../printable.ts'

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  '#39': "'",
  '#x27': "'",
}

/** Colours, links and cursor movements of a terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const TERMINAL_CODES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\))/g
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g

/** Secrets as they stand in logs and URLs. */
const TOKEN = /\beyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)*/g
const SECRET =
  /\b(client_secret|password|code_verifier|\w*_token)(=|["']?\s*:\s*["'])([^"'&\s]+)|\b(code)(=)([\w.~-]{16,})/gi
const AUTHORIZATION = /\b(Basic|Bearer) [\w.~+/=-]{12,}/g

/** The place in the source that Python's rich puts to the right of what is logged. */
const SOURCE_COLUMN = /(?<! ) {2,}\w+\.py:\d+$/

/** What a terminal of 80 columns has wrapped stands below the message, right of time and level. */
const WRAPPED = /^\s{24,}\S/

/** Characters of a line that are enough to quote it. */
const QUOTED = 4000

/** How many lines after one are looked at for the rest of it. */
export const LOOK_AHEAD_LINES = 12

/** The rest of what begins in a line and was wrapped: the next line, and those that are indented like it. */
export function continuation(following: readonly string[]): string {
  const [next = '', ...more] = following.slice(0, LOOK_AHEAD_LINES)
  const end = WRAPPED.test(next) ? more.findIndex((line) => !WRAPPED.test(line)) : 0
  return [next, ...(end < 0 ? more : more.slice(0, end))]
    .map((line) => plainText(line.slice(0, 400)))
    .join(' ')
}

/** Whether what stands in these lines is the rest of the line before them. */
export function isWrapped([next = '']: readonly string[]): boolean {
  return WRAPPED.test(next)
}

/** A message that a terminal has wrapped, in one line again; any other line as it is. */
export function unwrapped(line: string, following: readonly string[]): string {
  return isWrapped(following) ? `${plainText(line.slice(0, QUOTED))} ${continuation(following)}` : line
}

/**
 * A line as its author meant it: without a terminal's codes, without the escapes of JSON, HTML and URLs, one blank
 * between words.
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

/** The description of an error in the query of a redirect. */
function decodedQuery(text: string): string {
  return text.replace(/\berror_description=([^&\s"']+)/g, (whole, value: string) => {
    try {
      return `error_description=${decodeURIComponent(value.replaceAll('+', ' '))}`
    } catch {
      return whole // cut off in the middle of an escape
    }
  })
}

/** A text that may be shown again, and pasted into an issue: without tokens, secrets and codes; cut to a length. */
export function quotable(line: string, length = 300): string {
  const safe = plainText(line.slice(0, QUOTED))
    .replace(TOKEN, 'eyJ…')
    .replace(AUTHORIZATION, '$1 …')
    .replace(SECRET, '$1$2$4$5…')
  return printableLine(safe, length)
}
