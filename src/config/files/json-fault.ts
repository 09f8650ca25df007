import { type ParseErrorCode, type ParseOptions, printParseErrorCode, visit } from 'jsonc-parser'

import { DEEPEST, isTooDeep } from './parse-json.ts'

/** Describes why a text is not JSON, and where; quotes nothing of it. */
export function notJson(text: string): string {
  const fault = jsonFault(text, { disallowComments: true }) ?? 'a string has an unescaped control character'
  return `It is not JSON: ${fault}.`
}

/** The fix for a text that is not JSON. */
export const FIX_JSON = 'Fix the JSON syntax. JSON allows no comments and no trailing commas.'

/**
 * Describes the first syntax error of a JSON text: `property name expected at line 3, column 1`.
 *
 * @param options syntax to allow beyond JSON; comments are allowed by default
 * @returns `undefined` for valid JSON
 */
export function jsonFault(text: string, options: ParseOptions): string | undefined {
  if (isTooDeep(text)) return `it is nested more than ${DEEPEST} levels deep`
  const error = firstError(text, options)
  if (error === undefined) return undefined
  const lines = text.slice(0, error.offset).split('\n')
  const words = printParseErrorCode(error.code)
    .replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
    .trim()
  return `${words} at line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1}`
}

class FirstError extends Error {
  readonly code: ParseErrorCode
  readonly offset: number

  constructor(code: ParseErrorCode, offset: number) {
    super()
    this.code = code
    this.offset = offset
  }
}

/** Stops at the first error: in a large file without any JSON, each character is an error. */
function firstError(text: string, options: ParseOptions): FirstError | undefined {
  const onError = (code: ParseErrorCode, offset: number) => {
    throw new FirstError(code, offset)
  }
  try {
    visit(text, { onError }, options)
    return undefined
  } catch (error) {
    if (error instanceof FirstError) return error
    throw error
  }
}
