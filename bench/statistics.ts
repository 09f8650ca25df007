/** What a step took, over the rounds: milliseconds, or megabytes. */
export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
  readonly samples: readonly number[]
}

/** Round by round, what was measured in it. */
export type Rounds = ReadonlyMap<number, readonly number[]>

/** Median, least and most of some samples; `null` when there are none. */
export function spread(samples: readonly number[]): Spread | null {
  const [min] = sorted(samples)
  const max = sorted(samples).at(-1)
  return min === undefined || max === undefined ? null : { median: median(samples), min, max, samples }
}

/**
 * Steps one after the other, as one: the sum of their medians for each round that has all of them. A single step stays
 * as it is, with all of its samples.
 */
export function inTurn(steps: readonly Rounds[]): Rounds {
  const [first = new Map<number, readonly number[]>(), ...others] = steps
  if (others.length === 0) return first
  const rounds = [...first.keys()].filter((round) => others.every((step) => step.has(round)))
  const sum = (round: number) =>
    steps.map((step) => median(step.get(round) ?? [])).reduce((total, each) => total + each, 0)
  return new Map(rounds.map((round) => [round, [Number(sum(round).toFixed(1))]]))
}

/**
 * How many times as long one thing took as another, round by round: what slows the machine down in a round slows both.
 *
 * @returns `null` when no round has both
 */
export function ratio(ours: Rounds, theirs: Rounds): Spread | null {
  const both = [...ours.keys()].filter((round) => theirs.has(round))
  return spread(both.map((round) => share(ours.get(round) ?? [], theirs.get(round) ?? [])))
}

function share(ours: readonly number[], theirs: readonly number[]): number {
  return Number((median(ours) / median(theirs)).toFixed(4))
}

/** The value in the middle. */
function median(samples: readonly number[]): number {
  const values = sorted(samples)
  const middle = Math.floor(values.length / 2)
  const [low = 0, high = 0] = [values[values.length % 2 === 0 ? middle - 1 : middle], values[middle]]
  return Number(((low + high) / 2).toFixed(4))
}

function sorted(samples: readonly number[]): readonly number[] {
  return [...samples].sort((a, b) => a - b)
}
