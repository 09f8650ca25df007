import { interrupted, McpKeycloakError } from '../errors.ts'
import type { GlobalOptions } from './output.ts'
import { ask, canAsk, canShow } from './prompt.ts'

/**
 * Asks for confirmation before data is lost.
 *
 * @param flag the flag or action of the user, for the error's text
 * @param signal the signal that stops the command
 * @throws {McpKeycloakError} `USAGE_INVALID` without a terminal, `INTERRUPTED` unless the answer is yes
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
 * Asks a question with two valid answers.
 *
 * @param question its last line is the question
 * @returns `undefined` without a terminal
 * @throws {McpKeycloakError} `INTERRUPTED` without an answer
 */
export async function askYesNo(
  question: readonly string[],
  options: GlobalOptions,
  signal?: AbortSignal,
): Promise<boolean | undefined> {
  if (!canAsk() || options.json || options.yes) return undefined
  const answer = await ask(withChoice(question, 'Y/n'), signal)
  if (answer === undefined) throw interrupted()
  return !/^n(o)?$/i.test(answer.trim())
}

/**
 * Asks a question that only a typed yes confirms. `--yes` does not count.
 *
 * @returns `false` for any other answer, and without a terminal
 * @throws {McpKeycloakError} `INTERRUPTED` without an answer
 */
export async function askForYes(
  question: string | readonly string[],
  options: GlobalOptions,
  signal?: AbortSignal,
): Promise<boolean> {
  if (!canAsk() || !canShow() || options.json || options.yes) return false
  const answer = await ask(withChoice([question].flat(), 'y/N'), signal)
  if (answer === undefined) throw interrupted()
  return /^y(es)?$/i.test(answer.trim())
}

/** Adds the possible answers to the last line of a question. */
function withChoice(lines: readonly string[], choice: string): readonly string[] {
  return [...lines.slice(0, -1), `${lines.at(-1)} [${choice}]`]
}
