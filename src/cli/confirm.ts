import { createInterface } from 'node:readline/promises'

import { McpKeycloakError } from '../errors.ts'
import type { GlobalOptions } from './output.ts'

/**
 * Asks before something is lost.
 *
 * @param flag what the user asked for, for the error's text
 * @throws {McpKeycloakError} `USAGE_INVALID` without a terminal to ask on, `INTERRUPTED` when the answer is no
 */
export async function confirm(
  question: string,
  flag: string,
  options: GlobalOptions,
  signal: AbortSignal,
): Promise<void> {
  if (options.yes) return
  if (!process.stdin.isTTY || options.json) {
    throw new McpKeycloakError('USAGE_INVALID', {
      what: `${flag} has to be confirmed.`,
      why: 'There is no terminal to ask on.',
      fix: `Add --yes if you mean it.`,
    })
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  const answer = await terminal.question(`${question} [y/N] `, { signal }).finally(() => terminal.close())
  if (/^y(es)?$/i.test(answer.trim())) return
  throw new McpKeycloakError('INTERRUPTED', {
    what: 'Nothing was done.',
    why: 'The answer was not yes.',
    fix: 'Answer y, or add --yes.',
  })
}
