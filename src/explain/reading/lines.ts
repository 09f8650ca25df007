import { plainText } from './plain-text.ts'

/** Number of following lines that may have the rest of a message. */
export const LOOK_AHEAD_LINES = 12

/** The rest of a message that was wrapped at 80 columns, indented past time and level. */
const WRAPPED = /^\s{24,}\S/

/** Characters of a following line that are read. */
const NEXT_LINE = 400

/** Lines of a paragraph after its first. */
const PARAGRAPH_LINES = 8

/** The marks before each line: quote marks, comment marks, a container's name, time, level, a program's own mark. */
const PREFIX =
  /^\s*(?:(?:>|#|\/\/) ?)*(?:[\w.-]{1,60} +\| )?(?:\[?\d{4}[-/]\d\d[-/]\d\d[T ][\d:.,]{5,16}(?:Z|[+-]\d\d:?\d\d)?\]? *)?(?:\[(?:warning|error|info|debug|trace|server stderr|pid|\d{1,7})\] *)*/

/** The beginning of another message: a time, a level, or a frame of a stack. */
const OTHER_MESSAGE =
  /^\W{0,3}\d{4}[-/]\d\d[-/]\d\d[T ]|^\W{0,2}\d\d:\d\d:\d\d|^\s*(?:INFO|WARN(?:ING)?|ERROR|DEBUG|TRACE|FATAL)\b|^\s*File "|^\s*\.\.\. \d+ |^\s*(?:Caused by:|--->)/

/** A frame of a stack of Node or Java. The values of an error of Node are below its frames. */
const FRAME = /^\s*at \S/

/** Lines that were read last: each line is read with each line before it. */
const recent = new Map<string, string>()
const MOST_RECENT = 64

/** The text of a line without the marks before it. */
export function messageOf(line: string): string {
  const cut = line.slice(0, NEXT_LINE)
  const known = recent.get(cut)
  if (known !== undefined) return known
  const message = plainText(cut.replace(PREFIX, ''))
  const [oldest] = recent.keys()
  if (recent.size >= MOST_RECENT && oldest !== undefined) recent.delete(oldest)
  recent.set(cut, message)
  return message
}

/** Returns the rest of a wrapped message: the next line, and the lines with the same indentation. */
export function continuation(following: readonly string[]): string {
  const [next = '', ...more] = following.slice(0, LOOK_AHEAD_LINES)
  const end = WRAPPED.test(next) ? more.findIndex((line) => !WRAPPED.test(line)) : 0
  return [next, ...(end < 0 ? more : more.slice(0, end))]
    .map((line) => plainText(line.slice(0, NEXT_LINE)))
    .join(' ')
}

/** Returns the messages of the lines that belong to the same paragraph, up to an empty line or another message. */
export function paragraph(following: readonly string[]): readonly string[] {
  const lines = following.filter((line) => !FRAME.test(line)).slice(0, PARAGRAPH_LINES)
  const end = lines.findIndex((line) => line.trim() === '' || OTHER_MESSAGE.test(line))
  return (end < 0 ? lines : lines.slice(0, end)).map(messageOf)
}

/** Whether these lines have the rest of the line before them. */
export function isWrapped([next = '']: readonly string[]): boolean {
  return WRAPPED.test(next)
}

/** Joins a wrapped message into one line. Returns any other line unchanged. */
export function unwrapped(line: string, following: readonly string[]): string {
  return isWrapped(following) ? `${plainText(line)} ${continuation(following)}` : line
}
