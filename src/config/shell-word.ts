import { isPrintable } from '../printable.ts'

/**
 * `value` as one word of a command line for POSIX shells. PowerShell reads it alike, except for a single quote, which
 * ends the word there. Invisible characters and line breaks are escaped (bash, zsh, ksh): a pasted command means what
 * was shown.
 */
export function shellWord(value: string): string {
  if (/^[\w@%+=:,./-]+$/.test(value)) return value
  return isPrintable(value) ? singleQuoted(value) : `$'${[...value].map(escaped).join('')}'`
}

/** The same between single quotes, line breaks and all. */
export function singleQuoted(value: string): string {
  return `'${value.replaceAll("'", `'\\''`)}'`
}

function escaped(character: string): string {
  if (character === "'" || character === '\\') return `\\${character}`
  if (isPrintable(character)) return character
  return [...Buffer.from(character)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('')
}
