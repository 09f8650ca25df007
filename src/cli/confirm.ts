import { interrupted, McpKeycloakError } from '../errors.ts'
import type { GlobalOptions } from './output.ts'
import { ask, canAsk, canShow } from './prompt.ts'

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
  if (!canAsk() || options.json) {
    throw new McpKeycloakError('USAGE_INVALID', {
      what: `${flag} has to be confirmed.`,
      why: 'There is no terminal to ask on.',
      fix: `Add --yes if you mean it.`,
    })
  }
  const answer = await ask(`${question} [y/N]`, signal)
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
  if (!canAsk() || options.json || options.yes) return undefined
  const answer = await ask(`${question} [Y/n]`, signal)
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
  question: string | readonly string[],
  options: GlobalOptions,
  signal?: AbortSignal,
): Promise<boolean> {
  if (!canAsk() || !canShow() || options.json || options.yes) return false
  const answer = await ask(withChoice(question), signal)
  if (answer === undefined) throw interrupted()
  return /^y(es)?$/i.test(answer.trim())
}

/** The question with the answers at the end of its last line. */
function withChoice(question: string | readonly string[]): readonly string[] {
  const lines = [question].flat()
  return [...lines.slice(0, -1), `${lines.at(-1)} [y/N]`]
}
