/** What a stranger has said, as it may be shown: nothing in it steers the terminal. Its line breaks stay. */
export function printable(text: string): string {
  return text.replace(/(?!\n)[\p{Cc}\p{Bidi_C}]/gu, '\uFFFD')
}

/** The same, in one line. */
export function printableLine(text: string): string {
  return printable(text.replaceAll('\n', ' ')).trim()
}
