/** The first line of an entry of Keycloak's log. */
export interface LogEntry {
  /** Ms since 1970. */
  readonly atMs: number
  /** E.g. `WARN`. */
  readonly level: string
  /** The thread that wrote it: one request is one thread. */
  readonly thread: string
  /** What follows the thread. */
  readonly message: string
}

/** `2026-11-21 04:16:02,224 WARN  [org.keycloak.services] (executor-thread-1) …`, in the time zone of the server. */
const ENTRY =
  /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d),(\d{3}) ([A-Z]+) +(?! )(?:\[[^\]]*\] )?(?:\(([^)]*)\) )?(.*)$/s

/**
 * Reads the first line of an entry; `undefined` for a line that goes with the entry before it, or is none.
 *
 * @param utc the log's times are in UTC, as in a container; else in this machine's time zone
 */
export function parseLogEntry(line: string, utc = false): LogEntry | undefined {
  const [, date, time, ms, level = '', thread = '', message = ''] = ENTRY.exec(line) ?? []
  if (date === undefined) return undefined
  return { atMs: new Date(`${date}T${time}.${ms}${utc ? 'Z' : ''}`).getTime(), level, thread, message }
}
