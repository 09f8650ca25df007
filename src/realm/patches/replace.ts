/** Removes the items that match, and puts the replacements of the first of them in its place. */
export function replaceItems<T>(
  items: readonly T[],
  matches: (item: T) => boolean,
  make: (first: T) => readonly T[],
): T[] {
  const at = items.findIndex(matches)
  const first = items[at]
  if (first === undefined) return [...items]
  return [...items.slice(0, at), ...make(first), ...items.slice(at + 1).filter((item) => !matches(item))]
}

/** Removes the keys that match, and puts the replacements of the first value in its place. */
export function replaceKeys<T>(
  record: Readonly<Record<string, T>>,
  matches: (key: string) => boolean,
  make: (first: T) => readonly (readonly [key: string, value: T])[],
): Record<string, T> {
  const entries = replaceItems<readonly [string, T]>(
    Object.entries(record),
    ([key]) => matches(key),
    ([, first]) => make(first),
  )
  return Object.fromEntries(entries)
}
