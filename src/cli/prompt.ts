import { createInterface } from 'node:readline'

import { printableLines } from '../printable.ts'

/** Whether somebody can be asked. */
export function canAsk(): boolean {
  return process.stdin.isTTY === true
}

/** Whether a question is seen. */
export function canShow(): boolean {
  return process.stderr.isTTY === true
}

/**
 * Asks a question on the terminal. While it waits the terminal sends no signals: Ctrl-C and Ctrl-D close the question,
 * and there is no answer.
 *
 * @param question an array is a question of several lines
 */
export function ask(
  question: string | readonly string[],
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
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
    terminal.question(`${printableLines(question)} `, (answer) => {
      terminal.off('close', unanswered).close()
      resolve(answer)
    })
  })
}
