import { createInterface } from 'node:readline'

import { printableLines } from '../printable.ts'

/** Whether a user can answer a question. */
export function canAsk(): boolean {
  return process.stdin.isTTY === true
}

/** Whether a user can see a question. */
export function canShow(): boolean {
  return process.stderr.isTTY === true
}

/**
 * Asks a question on the terminal. Ctrl-C and Ctrl-D then close the question without an answer and send no signal.
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
      if (!process.stderr.isTTY) process.stderr.write('\n') // a terminal begins a new line for the interruption
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
