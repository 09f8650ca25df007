import { eventOfLine } from './event-line.ts'
import type { KeycloakEvent } from './known-failure.ts'
import { recogniseLine } from './recognise.ts'

/** The server's records of one request: an event, lines of its log, or both. */
export interface Occurrence {
  /** Ms since 1970. */
  readonly atMs: number
  readonly event: KeycloakEvent | undefined
  /** Lines of the log with details. */
  readonly logLines: readonly string[]
}

/** An entry of the server's log. */
interface Entry {
  readonly atMs: number
  readonly thread: string
  readonly message: string
}

/** Maximum time between a detail and the event that the same thread writes after it. */
const SAME_REQUEST_MS = 5000

/** Maximum number of lines about one refusal. */
const MOST_ENTRIES = 100

/**
 * Groups the entries of the server's log by request: the entries of one thread, up to its event.
 */
export function joinLog(): {
  /** Adds an entry; returns the occurrences that it completes. */
  push(entry: Entry): readonly Occurrence[]
  /** Returns the occurrences from before that time, which will get no event. */
  flush(beforeMs: number): readonly Occurrence[]
} {
  const open = new Map<string, Entry[]>()
  const keep = (entry: Entry) => {
    const entries = open.get(entry.thread) ?? []
    if (entries.length < MOST_ENTRIES) entries.push(entry)
    open.set(entry.thread, entries)
  }
  const close = (thread: string): readonly Entry[] => {
    const entries = open.get(thread) ?? []
    open.delete(thread)
    return entries
  }
  const alone = (entries: readonly Entry[]): Occurrence[] =>
    entries[0]
      ? [{ atMs: entries[0].atMs, event: undefined, logLines: entries.map(({ message }) => message) }]
      : []
  return {
    push(entry) {
      const event = eventOfLine(entry.message)
      const before = open.get(entry.thread)?.[0]
      const stale = before && entry.atMs - before.atMs > SAME_REQUEST_MS ? alone(close(entry.thread)) : []
      if (event) {
        const logLines = close(entry.thread).map(({ message }) => message)
        return [...stale, { atMs: entry.atMs, event: { ...event, time: entry.atMs }, logLines }]
      }
      if (recogniseLine(entry.message).length > 0) keep(entry)
      return stale
    },
    flush(beforeMs) {
      return [...open.entries()]
        .filter(([, [first]]) => first !== undefined && first.atMs < beforeMs)
        .flatMap(([thread]) => alone(close(thread)))
    },
  }
}
