/** Maximum characters of a line. Lines of a log are shorter. */
const LONGEST_LINE = 1_000_000

/** Returns the lines of standard input; `undefined` for a terminal, which has no piped input. */
export function inputLines(): AsyncIterable<string> | undefined {
  if (process.stdin.isTTY) return undefined
  return linesOf(process.stdin.setEncoding('utf8'))
}

/** The text of standard input, for a program that serves the process that started it. */
export interface InputText {
  /** Ends with the input. */
  readonly chunks: AsyncIterable<string>
  /** Stops reading, so that this process can end. */
  close(): void
}

/** Time between two looks at the parent process. */
const LOOK_MS = 500

/**
 * Reads standard input.
 *
 * @param onOrphaned called when the input has ended and the parent process is gone
 */
export function inputText(onOrphaned: () => void): InputText {
  const parent = process.ppid
  let watch: NodeJS.Timeout | undefined
  process.stdin.once('end', () => {
    watch = setInterval(() => process.ppid !== parent && onOrphaned(), LOOK_MS).unref()
  })
  return {
    chunks: process.stdin.setEncoding('utf8'),
    close() {
      clearInterval(watch)
      process.stdin.destroy()
    },
  }
}

/** Splits a text that arrives in chunks into lines. Cuts a line without an end every million characters. */
export async function* linesOf(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = ''
  for await (const chunk of chunks) {
    const isEndCut = rest.endsWith('\r') // this chunk may begin with the rest of a line break
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
