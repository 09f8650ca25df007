/** Maximum number of parallel requests to a server. */
const AT_ONCE = 10

/**
 * Does work for each of many things, a few at the same time.
 *
 * @returns the results, in the order of the things
 */
export async function inBatches<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = []
  for (let at = 0; at < items.length; at += AT_ONCE)
    results.push(...(await Promise.all(items.slice(at, at + AT_ONCE).map((item) => work(item)))))
  return results
}
