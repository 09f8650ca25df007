import { constants } from 'node:os'

import type { StopSignal, TakeSignals } from '../operations/exec.ts'

const STOP_SIGNALS: readonly StopSignal[] = ['SIGINT', 'SIGTERM', 'SIGHUP']

/** Time between the two signals of one Ctrl-C under npx: from the terminal, and from npm. */
const SAME_MS = 500

/** Time for clean-up after the second signal. The next command finishes the rest. */
const HURRY_MS = 15_000

/** The state of the signals that ask the program to stop. */
export interface Interrupt {
  /**
   * Aborted by the first signal. Code that reads it must stop when it is aborted. Until then, a signal ends the
   * program at once, so a command reads it only when it runs.
   */
  readonly signal: AbortSignal
  /** The same signal for code that only listens: the program may end at once. */
  readonly begun: AbortSignal
  /** The same signal for a command that ends only by a signal: the exit code stays 0. */
  readonly untilInterrupted: AbortSignal
  /** Aborted by the second signal: clean-up goes on, and kills programs instead of waiting for them. */
  readonly hurry: AbortSignal
  /** Hands the signals to other code for a time. They do not interrupt the program meanwhile. */
  readonly takeSignals: TakeSignals
  /** Does work that must not be cut off. Delays a signal until the work is done. */
  readonly uninterrupted: <Result>(work: () => Promise<Result>) => Promise<Result>
  /** Exit code of an interrupted program: 128 plus the signal's number; `undefined` without an interruption. */
  readonly exitCode: number | undefined
}

/** Callbacks for the signals. */
export interface InterruptListener {
  /** Called when no code listens, when clean-up takes too long, and for the third signal. */
  readonly exit: (exitCode: number) => void
  /** Called by the first signal when clean-up begins. */
  readonly onCleanUp?: () => void
}

/** Listens for the signals that ask the program to stop. No other code listens for them. */
export function listenForInterrupt({ exit, onCleanUp = () => {} }: InterruptListener): Interrupt {
  const first = new AbortController()
  const second = new AbortController()
  let code: number | undefined
  let countedAt = 0
  let isHeeded = false
  let isEndless = false
  const interrupt = (name: StopSignal) => {
    if (code !== undefined && Date.now() - countedAt <= SAME_MS) return
    countedAt = Date.now()
    if (code === undefined) {
      code = 128 + constants.signals[name]
      if (!isHeeded) return exit(code)
      if (!isEndless) onCleanUp()
      first.abort()
    } else if (!second.signal.aborted && !isEndless) {
      setTimeout(exit, HURRY_MS, code).unref()
      second.abort()
    } else exit(code)
  }
  let take = interrupt
  for (const name of STOP_SIGNALS) process.on(name, () => take(name))
  return {
    get signal() {
      isHeeded = true
      return first.signal
    },
    get untilInterrupted() {
      isHeeded = true
      isEndless = true
      return first.signal
    },
    begun: first.signal,
    hurry: second.signal,
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
        if (held === undefined) onCleanUp()
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
      return isEndless ? undefined : code
    },
  }
}
