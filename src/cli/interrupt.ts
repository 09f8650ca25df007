import { constants } from 'node:os'

import type { StopSignal, TakeSignals } from '../operations/exec.ts'

const STOP_SIGNALS: readonly StopSignal[] = ['SIGINT', 'SIGTERM', 'SIGHUP']

/** Under npx one Ctrl-C comes twice: from the terminal, and passed on by npm. */
const SAME_MS = 500

/** Time for clean-up after the second signal. The next command finishes the rest. */
const HURRY_MS = 15_000

/** State of the signals that ask the program to stop. */
export interface Interrupt {
  /**
   * Aborted by the first of them. Who asks for it promises to stop by it: the program ends at once as long as nobody
   * has. So a command asks when it runs, and not while the program is put together.
   */
  readonly signal: AbortSignal
  /** The same signal for code that only listens: the program may end at once. */
  readonly begun: AbortSignal
  /** The same signal for a command that ends only by a signal: the exit code stays 0. */
  readonly untilInterrupted: AbortSignal
  /** Aborted by the second signal: clean-up goes on, and kills programs instead of waiting for them. */
  readonly hurry: AbortSignal
  /** Hands the signals to somebody else for a time, in place of interrupting. */
  readonly takeSignals: TakeSignals
  /** Does what must not be cut off in the middle: a signal that comes meanwhile comes when it is done. */
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
