/** Lines that say what went wrong; Keycloak's own format, and what the JVM or the shell print when it never starts. */
const TELLING =
  /\b(ERROR|FATAL|SEVERE)\b|Exception\b|^Error\b|^Caused by|No such file|not found|Unrecognized|Address already in use/

/** Frames of a stack trace say little to somebody who waits for a server. */
const STACK_FRAME = /^\s+at\s|^\s*\.\.\. \d+ more/

/**
 * What a server's log says of its failure: the last telling lines, or the last lines when none tells.
 *
 * @param lines the log's last lines, oldest first
 * @param count how many to return at the most
 */
export function lastErrors(lines: readonly string[], count = 6): readonly string[] {
  const readable = lines.filter((line) => !STACK_FRAME.test(line))
  const telling = readable.filter((line) => TELLING.test(line))
  return (telling.length > 0 ? telling : readable).slice(-count)
}
