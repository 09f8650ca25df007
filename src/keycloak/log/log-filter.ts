import { parseLogEntry } from './log-entry.ts'

/** Levels of Keycloak's log, the least important first. */
export const LOG_LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

/** Which entries of a log are wanted. */
export interface LogFilter {
  /** The log's times are in UTC, as in a container; else in this machine's time zone. */
  readonly utc?: boolean
  /** Entries of before are left out; ms since 1970. */
  readonly sinceMs?: number | undefined
  /** Less important entries are left out. */
  readonly level?: LogLevel | undefined
}

/**
 * Tells for each line of a log, in order, whether it is wanted. A line that begins no entry, such as one of a stack
 * trace, goes with the entry before it; lines before the first entry are what the start script says.
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
