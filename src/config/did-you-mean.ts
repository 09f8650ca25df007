import { distance } from 'fastest-levenshtein'

/** No name is longer. */
const LONGEST = 100

/** Asks whether the name that comes next to an unknown one was meant; `undefined` when none is near. */
export function didYouMean(unknown: string, names: readonly string[]): string | undefined {
  if (unknown.length > LONGEST) return undefined
  const far = (name: string) => distance(unknown.toLowerCase(), name.toLowerCase())
  const [nearest] = [...names].sort((one, other) => far(one) - far(other))
  if (nearest === undefined || far(nearest) > Math.max(2, unknown.length / 3)) return undefined
  return `Did you mean "${nearest}"?`
}
