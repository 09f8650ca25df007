/**
 * Creates random numbers from 0 to 1. Runs with the same seed get the same numbers.
 *
 * @see {@link https://github.com/bryc/code/blob/master/jshash/PRNGs.md#mulberry32 mulberry32}
 */
export function seededRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
