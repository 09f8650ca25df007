/** The first line of an entry of Keycloak's log. */
export interface LogEntry {
  /** Ms since 1970. */
  readonly atMs: number
  /** E.g. `WARN`. */
  readonly level: string
  /** The thread that wrote the entry. Each request has one thread. */
  readonly thread: string
  /** The text after the thread. */
  readonly message: string
}

/** `2026-11-21 04:16:02,224 WARN  [org.keycloak.services] (executor-thread-1) …`, in the time zone of the server. */
const ENTRY =
  /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d),(\d{3}) ([A-Z]+) +(?! )(?:\[[^\]]*\] )?(?:\(([^)]*)\) )?(.*)$/s

/**
 * Reads the first line of an entry; `undefined` for any other line.
 *
 * @param utc whether the log's times are in UTC, as in a container, or in this machine's time zone
 */
export function parseLogEntry(line: string, utc = false): LogEntry | undefined {
  const [, date, time, ms, level = '', thread = '', message = ''] = ENTRY.exec(line) ?? []
  if (date === undefined) return undefined
  return { atMs: new Date(`${date}T${time}.${ms}${utc ? 'Z' : ''}`).getTime(), level, thread, message }
}
