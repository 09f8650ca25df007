import { parseLogEntry } from './log-entry.ts'

/** Levels of Keycloak's log, the least important first. */
export const LOG_LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

/** A filter for the entries of a log. */
export interface LogFilter {
  /** Whether the log's times are in UTC, as in a container, or in this machine's time zone. */
  readonly utc?: boolean
  /** Earlier entries are omitted; ms since 1970. */
  readonly sinceMs?: number | undefined
  /** Less important entries are omitted. */
  readonly level?: LogLevel | undefined
}

/**
 * Decides for each line of a log, in order, whether it passes the filter. A line of a stack trace belongs to the entry
 * before it. Lines before the first entry come from the start script.
 */
export function logFilter({ utc = false, sinceMs, level }: LogFilter): (line: string) => boolean {
  const wanted = level === undefined ? 0 : LOG_LEVELS.indexOf(level)
  let last = sinceMs === undefined && wanted === 0
  return (line) => {
    const entry = parseLogEntry(line, utc)
    if (entry === undefined) return last
    const importance = LOG_LEVELS.indexOf(entry.level as LogLevel)
    last = (sinceMs === undefined || entry.atMs >= sinceMs) && (importance < 0 || importance >= wanted)
    return last
  }
}
