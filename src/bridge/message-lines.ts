/** Maximum characters of a message. */
export const LONGEST_MESSAGE = 1_000_000

/** Splits a text that arrives in chunks into lines. Yields `undefined` once for each line that is too long. */
export async function* messageLines(
  chunks: AsyncIterable<string>,
  longest = LONGEST_MESSAGE,
): AsyncGenerator<string | undefined> {
  let rest = ''
  let isTooLong = false
  for await (const chunk of chunks) {
    const [first = '', ...others] = chunk.split('\n')
    rest = isTooLong ? '' : rest + first
    isTooLong ||= rest.length > longest
    for (const next of others) {
      yield isTooLong ? undefined : rest
      rest = next
      isTooLong = rest.length > longest
    }
    if (isTooLong) rest = ''
  }
  if (isTooLong) yield undefined
  else if (rest !== '') yield rest
}
