/** Characters; no line of a log is longer. */
const LONGEST_LINE = 1_000_000

/** Standard input line by line; `undefined` when it is a terminal, where nobody has piped anything. */
export function inputLines(): AsyncIterable<string> | undefined {
  if (process.stdin.isTTY) return undefined
  return linesOf(process.stdin.setEncoding('utf8'))
}

/** The lines of a text that comes in chunks; a line that does not end is given in pieces of a million characters. */
export async function* linesOf(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = ''
  for await (const chunk of chunks) {
    const isEndCut = rest.endsWith('\r') // the rest of a line break may begin this chunk
    const [first = '', ...lines] = `${isEndCut ? '\r' : ''}${chunk}`.split(/\r?\n|\r(?=.)/)
    lines.unshift(`${isEndCut ? rest.slice(0, -1) : rest}${first}`)
    rest = lines.pop() ?? ''
    yield* lines
    if (rest.length < LONGEST_LINE) continue
    yield rest
    rest = ''
  }
  if (rest !== '') yield rest
}
