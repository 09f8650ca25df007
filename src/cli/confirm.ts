import { createInterface } from 'node:readline'

import { interrupted, McpKeycloakError } from '../errors.ts'
import type { GlobalOptions } from './output.ts'

/**
 * Asks before something is lost.
 *
 * @param flag what the user asked for, for the error's text
 * @param signal of a command that stops by it
 * @throws {McpKeycloakError} `USAGE_INVALID` without a terminal to ask on, `INTERRUPTED` when the answer is no or none
 */
export async function confirm(
  question: string,
  flag: string,
  options: GlobalOptions,
  signal?: AbortSignal,
): Promise<void> {
  if (options.yes) return
  if (!process.stdin.isTTY || options.json) {
    throw new McpKeycloakError('USAGE_INVALID', {
      what: `${flag} has to be confirmed.`,
      why: 'There is no terminal to ask on.',
      fix: `Add --yes if you mean it.`,
    })
  }
  const answer = await ask(`${question} [y/N] `, signal)
  if (answer === undefined) throw interrupted()
  if (/^y(es)?$/i.test(answer.trim())) return
  throw new McpKeycloakError('INTERRUPTED', {
    what: 'Nothing was done.',
    why: 'The answer was not yes.',
    fix: 'Answer y, or add --yes.',
  })
}

/**
 * Asks a question that may be answered either way.
 *
 * @returns `undefined` when there is no terminal to ask on
 * @throws {McpKeycloakError} `INTERRUPTED` when there is no answer
 */
export async function askYesNo(
  question: string,
  options: GlobalOptions,
  signal?: AbortSignal,
): Promise<boolean | undefined> {
  if (!process.stdin.isTTY || options.json || options.yes) return undefined
  const answer = await ask(`${question} [Y/n] `, signal)
  if (answer === undefined) throw interrupted()
  return !/^n(o)?$/i.test(answer.trim())
}

/**
 * Asks a question that only a typed yes answers, so that `--yes` does not count.
 *
 * @returns `false` when the answer is another one, or when there is no terminal to ask on
 * @throws {McpKeycloakError} `INTERRUPTED` when there is no answer
 */
export async function askForYes(
  question: string,
  options: GlobalOptions,
  signal?: AbortSignal,
): Promise<boolean> {
  const isTerminal = process.stdin.isTTY && process.stderr.isTTY
  if (!isTerminal || options.json || options.yes) return false
  const answer = await ask(`${question} [y/N] `, signal)
  if (answer === undefined) throw interrupted()
  return /^y(es)?$/i.test(answer.trim())
}

/** While it waits the terminal sends no signals: Ctrl-C and Ctrl-D close the question, and there is no answer. */
function ask(question: string, signal: AbortSignal | undefined): Promise<string | undefined> {
  const terminal = createInterface({
    input: process.stdin,
    output: process.stderr,
    ...(signal && { signal }),
  })
  return new Promise((resolve) => {
    const unanswered = () => {
      if (!process.stderr.isTTY) process.stderr.write('\n') // a terminal already begins a new line for the interruption
      resolve(undefined)
    }
    terminal.once('close', unanswered)
    process.stdin.once('error', () => terminal.close()) // the terminal window was closed
    terminal.question(question, (answer) => {
      terminal.off('close', unanswered).close()
      resolve(answer)
    })
  })
}
