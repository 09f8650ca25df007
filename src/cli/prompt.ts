import { createInterface } from 'node:readline'

import { printableLine } from '../printable.ts'

/** Whether somebody can be asked. */
export function canAsk(): boolean {
  return process.stdin.isTTY === true
}

/**
 * Asks a question on the terminal. While it waits the terminal sends no signals: Ctrl-C and Ctrl-D close the question,
 * and there is no answer.
 */
export function ask(question: string, signal: AbortSignal | undefined): Promise<string | undefined> {
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
    terminal.question(`${printableLine(question)} `, (answer) => {
      terminal.off('close', unanswered).close()
      resolve(answer)
    })
  })
}
