import { plainText } from '../reading/plain-text.ts'

/** Verbs whose "not" is the fault: "doesn't" becomes "not". */
const NEGATED = /\b(?:do|does|did|is|are|was|were|ca|could|would|wo|has|have)n['’]?t\b|\bcannot\b/g

/** The words of a line in lower case, with a blank before and after each; empty for a line without words. */
export function wordsOf(line: string): string {
  const words = plainText(line)
    .toLowerCase()
    .replace(NEGATED, 'not')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
  return words && ` ${words} `
}

/** A pattern for whole words of {@link wordsOf}. */
export function wordPattern(alternatives: string): RegExp {
  return new RegExp(`(?<= )(?:${alternatives})(?= )`, 'g')
}
