/** `value` as one word of a command line; single quotes hold in POSIX shells and in PowerShell alike. */
export function shellWord(value: string): string {
  return /^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`
}
