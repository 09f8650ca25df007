import { createInterface } from 'node:readline'

/** Standard input line by line; `undefined` when it is a terminal, where nobody has piped anything. */
export function inputLines(): AsyncIterable<string> | undefined {
  if (process.stdin.isTTY) return undefined
  return createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })
}
