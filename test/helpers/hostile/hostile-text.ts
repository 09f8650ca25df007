/** A line that a stranger would like to see among ours. */
const FORGED_LINE = '✔ all fine'

/** Everything that steers a terminal, hides, or turns text around; without NUL, which no argument can have. */
export const HOSTILE = [
  'x',
  '\u001b[2J\u001b[35mred\u001b]0;title\u0007\u001b]8;;http://evil.test\u001b\\link\u001bPq\u001b\\\u001bc',
  '\u009b35m\u009d0;title\u009c\u0090q\u009c\u0085\u007f\b\r',
  '\u202egnirts\u202c\u2066isolate\u2069\u200e\u200f\u061c',
  'ad\u200bmin\u2060\ufeff\u00ad\u{e0061}\u{e007f}\u2028\u2029\u0001',
  `\n${FORGED_LINE}\r\n${FORGED_LINE}`,
].join('|')

/** Our own colours and the spinner. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const OWN_CODES = /\u001b\[(?:1|2|4|22|24|31|32|33|36|39)m|\u001b\[(?:\?(?:25|2026)[hl]|\d?[GK]|\d?A)/g

/** Written by ranges, so that it does not share a mistake with the printer. */
const STEERING =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}\ud800-\udfff]/gu

/**
 * What of a shown text steers the terminal, or is a line of a stranger; empty for a harmless text.
 *
 * @param shown what the program wrote
 * @param onTerminal whether our own codes for colours and progress are expected in it; default: none are
 */
export function escapesIn(shown: string, onTerminal = false): readonly string[] {
  const bare = (onTerminal ? shown.replace(OWN_CODES, '') : shown).replaceAll('\r\n', '\n')
  const codes = (bare.match(STEERING) ?? []).map((code) => `U+${code.codePointAt(0)?.toString(16)}`)
  const lines = bare.split('\n').filter((line) => line.trim().startsWith(FORGED_LINE))
  return [...codes, ...lines]
}
