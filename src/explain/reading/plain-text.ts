import { printableLine } from '../../printable.ts'

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  nbsp: ' ',
  '#34': '"',
  '#39': "'",
  '#x27': "'",
  '#x22': '"',
}

/** Colors, links and cursor movements of a terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern removes them
const TERMINAL_CODES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\))/g
/** The same in a JSON string. */
const ESCAPED_CODES = /(?<!\\)\\+(?:u001b|x1b|e|033)\[[0-9;]{0,20}[A-Za-z]/g
/** Escapes of an escape: from here on a letter after a backslash is an escape too. */
const IN_JSON = /\\"|^\s*\{"/
// biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern replaces them
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g
/** Marks of direction and invisible characters, with which a word looks like another. */
const INVISIBLE = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g

/** Tags of a page that stand inside sentences. */
const TAGS = /<\/?(?:p|br|b|i|em|strong|code|pre|span|div|a|h[1-6]|li|ul|td|tr)(?: [^<>]{0,300})?\/?>/gi

/** A line without escapes, tags and special characters: nearly every line. */
const BARE = /^[ !-$'-;=?-[\]-~]*$/

/** The edges of a box that a program draws. */
const BOX_BEGIN = /^[\s│┃║▌●■◇◆└┌├]+/
const BOX_END = /[\s│┃║]/

/** Secrets in logs and URLs. */
const TOKEN = /\beyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)*/g
const SECRET =
  /\b(\w*(?:secret|passw(?:or)?d|code_verifier|_token|api_?key))(=|["']?\s*:\s*["'])([^"'&\s]+)|\b(code)(=)([\w.~-]{16,})/gi
const AUTHORIZATION = /\b(Basic|Bearer) [\w.~+/=-]{12,}/g

/** The source position that Python's rich adds to the right of a log message. */
const SOURCE_COLUMN = /(?<! ) {2,}\w+\.py:\d+$/

/** Maximum characters of a line that are quoted. */
const QUOTED = 4000

/** Maximum depth of URL encoding: a proxy encodes again with each redirect. */
const ENCODED_TIMES = 3

/**
 * Removes terminal codes, marks of direction, boxes, and the escapes of JSON, HTML and URLs from a line. Leaves one space
 * between words.
 */
export function plainText(line: string): string {
  if (BARE.test(line)) return line.replace(SOURCE_COLUMN, '').replace(/\s+/g, ' ').trim()
  const bare = line
    .replace(TERMINAL_CODES, '')
    .replace(ESCAPED_CODES, '')
    .replace(INVISIBLE, '')
    .trimEnd()
    .replace(SOURCE_COLUMN, '')
    .replace(CONTROL, ' ')
  const unescaped = (IN_JSON.test(bare) ? bare.replace(/(?<!\\)\\+[nrt]/g, ' ') : bare)
    .replace(/(?<!\\)\\+[nrt](?![a-z])/g, ' ')
    .replace(/(?<!\\)\\+u00(2[267]|3[ce])/gi, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    )
    .replace(/(?<!\\)\\+(["'])/g, '$1')
    .replace(TAGS, ' ')
    .replace(/&(amp|lt|gt|quot|nbsp|#34|#39|#x27|#x22);/g, (_, name: string) => ENTITIES[name] ?? '')
    .replace(/[‘’]/g, "'")
    .replace(/[“”]/g, '"')
  return withoutBox(decodedUrls(unescaped).replace(/\s+/g, ' '))
}

function withoutBox(text: string): string {
  let end = text.length
  while (end > 0 && BOX_END.test(text[end - 1] ?? '')) end--
  return text.slice(0, end).replace(BOX_BEGIN, '')
}

/** Decodes the parts of URLs in a text. `&` and `#` stay encoded, because they separate parameters. */
function decodedUrls(text: string): string {
  let decoded = text
  for (let time = 0; time < ENCODED_TIMES && /%[0-9a-f]{2}/i.test(decoded); time++) {
    decoded = decoded
      .replace(/(?<=[A-Za-z:.,])\+(?=[A-Za-z:.%])/g, ' ')
      .replace(/(?:%[0-9a-f]{2})+/gi, decodedPart)
  }
  return decoded
}

function decodedPart(whole: string): string {
  if (/%(?:26|23|0\w|1\w)/i.test(whole)) return whole
  try {
    return decodeURIComponent(whole)
  } catch {
    return whole // not UTF-8, or cut off
  }
}

/** A part of a secret in a message of Keycloak about the header Basic. */
const PART_OF_SECRET = /(in escape \(%\) pattern - Error at index \d+ in: ")[^"]*/g

/** Removes tokens and secrets from a text. */
export function withoutSecrets(text: string): string {
  return text
    .replace(TOKEN, 'eyJ…')
    .replace(AUTHORIZATION, '$1 …')
    .replace(SECRET, '$1$2$4$5…')
    .replace(PART_OF_SECRET, '$1…')
}

/** Makes a line safe to show and to paste into an issue: removes tokens, secrets and codes, and cuts it to a length. */
export function quotable(line: string, length = 300): string {
  return printableLine(withoutSecrets(plainText(line.slice(0, QUOTED))), length)
}
