/** What a scenario took, over the rounds: milliseconds. */
export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
  readonly samples: readonly number[]
}

/** Median, least and most of some samples; `null` when there are none. */
export function spread(samples: readonly number[]): Spread | null {
  const [min] = sorted(samples)
  const max = sorted(samples).at(-1)
  return min === undefined || max === undefined ? null : { median: median(samples), min, max, samples }
}

/**
 * How many times as long one thing took as another, round by round: what slows the machine down in a round slows both.
 *
 * @returns `null` when one of the two was not measured
 */
export function ratio(ours: readonly number[], theirs: readonly number[]): Spread | null {
  return spread(ours.slice(0, theirs.length).map((sample, round) => sample / (theirs[round] ?? Number.NaN)))
}

function median(samples: readonly number[]): number {
  const values = sorted(samples)
  const middle = Math.floor(values.length / 2)
  const [low = 0, high = 0] = [values[values.length % 2 === 0 ? middle - 1 : middle], values[middle]]
  return (low + high) / 2
}

function sorted(samples: readonly number[]): readonly number[] {
  return [...samples].sort((a, b) => a - b)
}
