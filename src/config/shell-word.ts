/**
 * `value` as one word of a command line for POSIX shells; PowerShell reads it alike unless it has a single quote in
 * it, which ends the word there.
 */
export function shellWord(value: string): string {
  return /^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`
}
