import { constants } from 'node:os'

import type { StopSignal, TakeSignals } from '../operations/exec.ts'

const STOP_SIGNALS: readonly StopSignal[] = ['SIGINT', 'SIGTERM', 'SIGHUP']

/** Under npx one Ctrl-C comes twice: from the terminal, and passed on by npm. */
const SAME_MS = 500

/** What became of the signals that ask the program to stop. */
export interface Interrupt {
  /** Aborted by the first of them. */
  readonly signal: AbortSignal
  readonly takeSignals: TakeSignals
  /** What an interrupted program ends with: 128 and the signal's number; `undefined` when it was not interrupted. */
  readonly exitCode: number | undefined
}

/**
 * Listens for the signals that ask the program to stop.
 *
 * @param exit called when the user insists
 */
export function listenForInterrupt(exit: (exitCode: number) => void): Interrupt {
  const controller = new AbortController()
  let exitCode: number | undefined
  let firstAt = 0
  const interrupt = (name: StopSignal) => {
    if (exitCode !== undefined) {
      if (Date.now() - firstAt > SAME_MS) exit(exitCode)
      return
    }
    exitCode = 128 + constants.signals[name]
    firstAt = Date.now()
    controller.abort()
  }
  let take = interrupt
  for (const name of STOP_SIGNALS) process.on(name, () => take(name))
  return {
    signal: controller.signal,
    takeSignals: (other) => {
      take = other
      return {
        [Symbol.dispose]: () => {
          take = interrupt
        },
      }
    },
    get exitCode() {
      return exitCode
    },
  }
}
