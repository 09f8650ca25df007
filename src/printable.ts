/** Replacement for each hidden character. */
const REPLACED = '\uFFFD'

/** Characters of one line of an error; a longer line is cut. */
const LONGEST_LINE = 4000

/** Lines of an error; further lines are left out. */
const MOST_LINES = 50

/** Scripts whose words are written with zero-width joiners. */
const JOINED_SCRIPT = ['Arab', 'Beng', 'Deva', 'Gujr', 'Guru', 'Khmr', 'Knda', 'Mlym', 'Mong', 'Mymr', 'Orya']
  .concat(['Sinh', 'Syrc', 'Taml', 'Telu', 'Tibt'])
  .map((script) => `\\p{scx=${script}}`)
  .join('')

/** Visible characters that are built of invisible ones: emoji, flags, keycaps, joined letters, Arabic number signs. */
const VISIBLE = [
  '\\u{1F3F4}[\\u{E0030}-\\u{E007A}]{2,8}\\u{E007F}',
  '[0-9#*]\\uFE0F\\u20E3',
  '\\p{ExtPict}\\p{EMod}?\\uFE0F?(?:\\u200D\\p{ExtPict}\\p{EMod}?\\uFE0F?){0,8}',
  `(?<=[${JOINED_SCRIPT}])[\\u200C\\u200D](?=[${JOINED_SCRIPT}])`,
  '[\\u0600-\\u0605\\u06DD\\u070F\\u08E2]',
].join('|')

/** Control characters, marks of direction, invisible characters, line separators, lone surrogates. */
const UNSEEN = '[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Cs}\\p{DI}]'

const VISIBLE_OR_UNSEEN = new RegExp(`(${VISIBLE})|(?![\\n\\t])${UNSEEN}`, 'gu')
const EVERY_UNSEEN = new RegExp(UNSEEN, 'gu')

/** Two characters of a command that a CI system takes from a log: `##[x]`, `##vso[x]`, `##teamcity[x]`, `::x::`. */
const CI_COMMAND = /^(?:\s*:)(?=:.*::)|#(?=#\w*\[)/g

/** A pattern for texts without special characters: nearly every text. */
const HARMLESS = /^[\t\n\x20-\x7e]*$/

/**
 * Makes a text safe to show: nothing in it steers the terminal, turns the order of characters around or stays unseen.
 * U+FFFD stands for each character that is not shown. Line breaks and tabs stay.
 */
export function printable(text: string): string {
  return HARMLESS.test(text)
    ? text
    : text.replace(VISIBLE_OR_UNSEEN, (_, visible?: string) => visible ?? REPLACED)
}

/** Makes a text safe to show in one line; a line break becomes a blank. */
export function inOneLine(text: string): string {
  return printable(text.replace(/\r?\n/g, ' '))
}

/** Makes a text safe to show in one line, without blanks around it; a long text is cut. */
export function printableLine(text: string, longest = LONGEST_LINE): string {
  const line = inOneLine(text.slice(0, 2 * longest + 1)).trim()
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line
}

/**
 * Makes the text of an error safe to show.
 *
 * @param text one line, or an array of lines; a line break inside a line becomes a blank
 * @returns the lines, with a line break between them
 */
export function printableLines(text: string | readonly string[]): string {
  const lines = typeof text === 'string' ? [text] : text
  const rest = lines.length > MOST_LINES ? [`… and ${lines.length - MOST_LINES} more lines`] : []
  return [...lines.slice(0, MOST_LINES).map(indentedLine), ...rest].join('\n')
}

/** The indentation of a list's line. */
function indentedLine(line: string): string {
  return `${/^ {0,8}/.exec(line)?.[0] ?? ''}${printableLine(line)}`
}

/** Whether a text is shown unchanged in one line. */
export function isPrintable(text: string): boolean {
  return !/[\n\t]/.test(text) && printable(text) === text
}

/**
 * Makes a line safe to show in the log of a CI job: a blank breaks each command for GitHub Actions, Azure Pipelines and
 * TeamCity.
 *
 * @see {@link https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs GitHub's parser}
 */
export function withoutCiCommands(line: string): string {
  return line.replace(CI_COMMAND, '$& ')
}

/**
 * Writes JSON that is safe to show. Hidden characters and commands for CI systems become escapes, so a parser returns the
 * same value.
 */
export function printableJson(value: unknown, indent?: number): string {
  const json = JSON.stringify(value, undefined, indent)?.replace(CI_COMMAND, '\\u0023')
  return HARMLESS.test(json) ? json : json.replace(EVERY_UNSEEN, escapedUnlessBreak)
}

function escapedUnlessBreak(character: string): string {
  if (character === '\n') return character // of the indentation: those of strings are escaped already
  return Array.from({ length: character.length }, (_, at) => unicodeEscape(character.charCodeAt(at))).join('')
}

function unicodeEscape(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`
}
