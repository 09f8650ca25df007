import { type ParseError, type ParseOptions, parse, printParseErrorCode } from 'jsonc-parser'

import { isTooDeep } from './parse-json.ts'

/**
 * What is wrong with a text that should be JSON, and where: `property name expected at line 3, column 1`.
 *
 * @param options what is allowed besides; comments are, unless it says otherwise
 * @returns `undefined` for a text that is right
 */
export function jsonFault(text: string, options: ParseOptions): string | undefined {
  if (isTooDeep(text)) return 'more brackets in brackets than can be read'
  const errors: ParseError[] = []
  parse(text, errors, options)
  const [error] = errors
  if (error === undefined) return undefined
  const lines = text.slice(0, error.offset).split('\n')
  const words = printParseErrorCode(error.error)
    .replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
    .trim()
  return `${words} at line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1}`
}
