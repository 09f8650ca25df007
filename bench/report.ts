import type { BenchRuntime } from './contender.ts'
import type { MachineFacts } from './machine.ts'
import { rowsOf } from './rows.ts'
import type { Part, Samples } from './samples.ts'
import { inTurn, ratio, type Spread, spread } from './statistics.ts'
import type { Ending } from './watch.ts'

/** One row on one part, both sides of it. Milliseconds, or megabytes of memory. */
export interface Result {
  readonly scenario: string
  /** Says what is compared when the two sides do not do the same. */
  readonly title: string
  readonly part: Part
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
  /** Why it ended: all was done, the time was over, or somebody interrupted it. */
  readonly ended: Ending
  /** The rows that were asked for; `null` for all of them. */
  readonly only: readonly string[] | null
  /** Which parts ran, or why not. */
  readonly parts: Readonly<Record<BenchRuntime, string>>
  /** What did not run though it was asked for, and why. */
  readonly notes: readonly string[]
  readonly results: readonly Result[]
}

/** Whether a report is of a whole run. The speed page quotes no part of one. */
export function isWhole({ only, ended, rounds, results }: BenchReport): boolean {
  return only === null && ended !== 'interrupted' && rounds > 0 && results.some(({ part }) => part !== 'cli')
}

/** What a reader of one number wants to know of the machine. */
export function machineLine({ machine, parts }: BenchReport): string {
  const { keycloak, java, docker, standIn, cores, cpu, date } = machine
  const image = standIn ? ' with a stand-in for the official image' : ''
  const versions = [
    `Keycloak ${keycloak}`,
    ...(parts.java === 'ran' ? [`Java ${java}`] : []),
    ...(parts.compose === 'ran' ? [`Docker ${docker?.split('+')[0]}${image}`] : []), // without a distribution's suffix
  ]
  return `${versions.join(', ')}, ${cores} cores (${cpu}), ${date.slice(0, 10)}`
}

/**
 * What the samples say, row by row.
 *
 * @param names the rows that were asked for
 */
export function results(samples: Samples, names: readonly string[], testFiles?: number): readonly Result[] {
  const parts: readonly Part[] = ['compose', 'java', 'cli']
  return parts.flatMap((part) =>
    rowsOf(part, testFiles)
      .filter(({ name }) => names.includes(name))
      .flatMap((row) => {
        const ours = inTurn(row.ours.map((step) => samples.of({ step, part, side: 'ours' })))
        const stock = inTurn(row.stock.map((step) => samples.of({ step, part, side: 'stock' })))
        if (ours.size === 0) return []
        const { name: scenario, title } = row
        const of = (rounds: typeof ours) => spread([...rounds.values()].flat())
        return [{ scenario, title, part, ours: of(ours), stock: of(stock), ratio: ratio(ours, stock) }]
      }),
  )
}
