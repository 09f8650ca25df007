import type { BenchRuntime, Side } from './contender.ts'

/** Where something was measured; `cli` needs no server. */
export type Part = BenchRuntime | 'cli'

/** What was measured, and when. */
export interface SampleKey {
  readonly step: string
  readonly part: Part
  readonly side: Side
  /** From 0. What both sides did in one round is compared. */
  readonly round: number
}

/** Gathers what was measured while the rounds go on. Milliseconds, or megabytes of memory. */
export interface Samples {
  add(key: SampleKey, sample: number): void
  /** Round by round what a step took. A round in which it was not measured is not there. */
  of(key: Omit<SampleKey, 'round'>): ReadonlyMap<number, readonly number[]>
}

/** No samples yet. */
export function noSamples(): Samples {
  const all: { readonly key: SampleKey; readonly sample: number }[] = []
  return {
    add(key, sample) {
      all.push({ key, sample: Number(sample.toFixed(1)) })
    },
    of({ step, part, side }) {
      const found = all.filter(({ key }) => key.step === step && key.part === part && key.side === side)
      const rounds = Map.groupBy(found, ({ key }) => key.round)
      return new Map([...rounds].map(([round, entries]) => [round, entries.map(({ sample }) => sample)]))
    },
  }
}
