import { type ParseErrorCode, type ParseOptions, printParseErrorCode, visit } from 'jsonc-parser'

import { isTooDeep } from './parse-json.ts'

/**
 * What is wrong with a text that should be JSON, and where: `property name expected at line 3, column 1`.
 *
 * @param options what is allowed besides; comments are, unless it says otherwise
 * @returns `undefined` for a text that is right
 */
export function jsonFault(text: string, options: ParseOptions): string | undefined {
  if (isTooDeep(text)) return 'more brackets in brackets than can be read'
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

/** Stops at the first error: in a large file that is no JSON at all, each character is one. */
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
