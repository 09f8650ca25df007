/** Lines with a failure, in Keycloak's format or in that of the JVM and the shell for a server that never starts. */
const TELLING =
  /\b(ERROR|FATAL|SEVERE)\b|Exception\b|^Error\b|^Caused by|No such file|not found|Unrecognized|Address already in use/

/** Frames of a stack trace, which do not help a user. */
const STACK_FRAME = /^\s+at\s|^\s*\.\.\. \d+ more/

/**
 * Finds the failure in a server's log: the last lines with a failure, or the last lines when there are none.
 *
 * @param lines the log's last lines, oldest first
 * @param count maximum number of lines
 */
export function lastErrors(lines: readonly string[], count = 6): readonly string[] {
  const readable = lines.filter((line) => !STACK_FRAME.test(line))
  const telling = readable.filter((line) => TELLING.test(line))
  return (telling.length > 0 ? telling : readable).slice(-count)
}

/** The start of a line in Keycloak's log, up to the name of the exception that it reports. */
const BEFORE_REASON = /^.*? ERROR \[[\w.]+\] \([^)]*\) (Uncaught server error: )?([\w.]+(Exception|Error): )?/

/** The entry of a question about single fields: see `refusedField`. */
const OWN_QUESTION = 'Realm master already exists'

/** Finds the reason of the last refused request, without its time and place in the server. */
export function reasonInLog(lines: readonly string[]): readonly string[] {
  const others = lines.filter((line) => !line.endsWith(OWN_QUESTION))
  const last = lastErrors(others, others.length).findLast((line) => BEFORE_REASON.test(line))
  return last === undefined ? lastErrors(others, 1) : [`Its log says: ${last.replace(BEFORE_REASON, '')}`]
}
