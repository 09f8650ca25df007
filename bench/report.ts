import type { BenchRuntime, Side } from './contender.ts'
import type { MachineFacts } from './machine.ts'
import { ratio, type Spread, spread } from './statistics.ts'

/** One scenario on one runtime, both sides of it. Milliseconds. */
export interface Result {
  readonly scenario: string
  readonly title: string
  /** `cli` for what needs no server: compared with an empty `node -e 0`. */
  readonly part: BenchRuntime | 'cli'
  readonly ours: Spread | null
  readonly stock: Spread | null
  /** Ours divided by stock, round by round. */
  readonly ratio: Spread | null
}

/** What a benchmark found; the file in `bench/results/`. */
export interface BenchReport {
  readonly schemaVersion: 1
  readonly machine: MachineFacts
  /** Rounds that were finished. */
  readonly rounds: number
  /** Which parts ran, or why not. */
  readonly parts: Readonly<Record<BenchRuntime, string>>
  readonly results: readonly Result[]
  /** Resident memory of the running server: megabytes. */
  readonly memoryMb: readonly { readonly part: BenchRuntime; readonly side: Side; readonly median: number }[]
}

/** Gathers samples while the rounds go on. */
export interface Samples {
  add(key: SampleKey, sample: number): void
  results(titles: Readonly<Record<string, string>>): readonly Result[]
  memory(): BenchReport['memoryMb']
}

interface SampleKey {
  readonly scenario: string
  readonly part: BenchRuntime | 'cli'
  readonly side: Side
}

/** The scenario under which a server's memory is kept. */
export const MEMORY = 'memory'

/** No samples yet. */
export function noSamples(): Samples {
  const all = new Map<string, { readonly key: SampleKey; readonly samples: number[] }>()
  const of = (key: SampleKey) => all.get(JSON.stringify([key.scenario, key.part, key.side]))?.samples ?? []
  return {
    add(key, sample) {
      const name = JSON.stringify([key.scenario, key.part, key.side])
      const entry = all.get(name) ?? { key, samples: [] }
      entry.samples.push(sample)
      all.set(name, entry)
    },
    results(titles) {
      const parts = [...new Set([...all.values()].map(({ key }) => key.part))]
      return parts.flatMap((part) =>
        Object.entries(titles).flatMap(([scenario, title]) => {
          const ours = of({ scenario, part, side: 'ours' })
          const stock = of({ scenario, part, side: 'stock' })
          if (ours.length + stock.length === 0) return []
          return [
            { scenario, title, part, ours: spread(ours), stock: spread(stock), ratio: ratio(ours, stock) },
          ]
        }),
      )
    },
    memory: () =>
      [...all.values()].flatMap(({ key: { scenario, part, side }, samples }) => {
        const memory = spread(samples)
        return scenario === MEMORY && part !== 'cli' && memory ? [{ part, side, median: memory.median }] : []
      }),
  }
}
