import type { Measures } from './contender.ts'
import type { SampleKey, Samples } from './samples.ts'

/** Why a benchmark ends. */
export type Ending = 'complete' | 'time' | 'interrupted'

/** There is no time for the next step, or somebody wants no more of them. */
export class Over extends Error {
  readonly ending: Exclude<Ending, 'complete'>

  constructor(ending: Over['ending']) {
    super(ending === 'time' ? 'the time was over' : 'it was interrupted')
    this.ending = ending
  }
}

/** Keeps the time: what each step takes, and how much of it is left. */
export interface Watch {
  /**
   * Does a step and keeps what it took, and what it found besides.
   *
   * @throws {Over} when it would end too late, by what it took the last time
   */
  measure(key: SampleKey, step: () => Promise<Measures | undefined>): Promise<void>
  /**
   * Does what has to be done between the steps.
   *
   * @throws {Over}
   */
  prepare<T>(work: () => Promise<T>): Promise<T>
  /** @throws {Over} */
  check(): void
  /** Milliseconds. */
  leftMs(): number
  /** No further step begins; the present one ends first. */
  interrupt(): void
}

/** Servers have to be stopped and removed afterwards: milliseconds. */
const TIDY_MS = 20_000

/**
 * @param limitMs how long all of it may take
 * @param say called with each step and what it took
 */
export function startWatch(samples: Samples, limitMs: number, say: (text: string) => void): Watch {
  const deadline = Date.now() + limitMs - TIDY_MS
  const known = new Map<string, number>()
  let interrupted = false

  function check(expectedMs = 0): void {
    if (interrupted) throw new Over('interrupted')
    if (Date.now() + expectedMs > deadline) throw new Over('time')
  }

  async function go<T>(expectedMs: number, work: () => Promise<T>): Promise<T> {
    check(expectedMs)
    try {
      return await work()
    } catch (error) {
      // Ctrl-C reaches the programs of a step, too: they fail.
      throw interrupted ? new Over('interrupted') : error
    }
  }

  return {
    async measure(key, step) {
      const { part, side, round } = key
      const name = `${part}, ${side}, ${key.step}`
      await go(known.get(name) ?? 0, async () => {
        const startedAt = performance.now()
        const found = await step()
        const took = performance.now() - startedAt
        known.set(name, took)
        samples.add(key, took)
        for (const [other, value] of Object.entries(found ?? {})) samples.add({ ...key, step: other }, value)
        if (part !== 'cli') say(`Round ${round + 1}, ${name}: ${(took / 1000).toFixed(1)} s`)
      })
    },
    prepare: (work) => go(0, work),
    check: () => check(),
    leftMs: () => deadline - Date.now(),
    interrupt() {
      interrupted = true
    },
  }
}
