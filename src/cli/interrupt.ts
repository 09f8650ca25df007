import { constants } from 'node:os'

import type { StopSignal, TakeSignals } from '../operations/exec.ts'

const STOP_SIGNALS: readonly StopSignal[] = ['SIGINT', 'SIGTERM', 'SIGHUP']

/** Under npx one Ctrl-C comes twice: from the terminal, and passed on by npm. */
const SAME_MS = 500

/** What became of the signals that ask the program to stop. */
export interface Interrupt {
  /**
   * Aborted by the first of them. Who asks for it promises to stop by it: the program ends at once as long as nobody
   * has. So a command asks when it runs, and not while the program is put together.
   */
  readonly signal: AbortSignal
  /** Hands the signals to somebody else for a time, in place of interrupting. */
  readonly takeSignals: TakeSignals
  /** Does what must not be cut off in the middle: a signal that comes meanwhile comes when it is done. */
  readonly uninterrupted: <Result>(work: () => Promise<Result>) => Promise<Result>
  /** What an interrupted program ends with: 128 and the signal's number; `undefined` when it was not interrupted. */
  readonly exitCode: number | undefined
}

/**
 * Listens for the signals that ask the program to stop.
 *
 * @param exit called when there is nobody who would stop, and when the user insists
 */
export function listenForInterrupt(exit: (exitCode: number) => void): Interrupt {
  const controller = new AbortController()
  let exitCode: number | undefined
  let firstAt = 0
  let isHeeded = false
  const interrupt = (name: StopSignal) => {
    if (exitCode !== undefined) {
      if (Date.now() - firstAt > SAME_MS) exit(exitCode)
      return
    }
    exitCode = 128 + constants.signals[name]
    firstAt = Date.now()
    if (isHeeded) controller.abort()
    else exit(exitCode)
  }
  let take = interrupt
  for (const name of STOP_SIGNALS) process.on(name, () => take(name))
  return {
    get signal() {
      isHeeded = true
      return controller.signal
    },
    takeSignals: (other) => {
      take = other
      return {
        [Symbol.dispose]: () => {
          take = interrupt
        },
      }
    },
    async uninterrupted(work) {
      let held: StopSignal | undefined
      take = (name) => {
        held ??= name
      }
      try {
        return await work()
      } finally {
        take = interrupt
        if (held !== undefined) interrupt(held)
      }
    },
    get exitCode() {
      return exitCode
    },
  }
}
