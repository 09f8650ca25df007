/** The result of one release check. `open` marks a check that could not run on this machine. */
export interface Finding {
  readonly name: string
  readonly status: 'ok' | 'fault' | 'open'
  /** What was checked, or the faults, one a line. */
  readonly detail: string
}

/** A finding from a list of faults: `ok` with a summary when the list is empty. */
export function finding(name: string, faults: readonly string[], summary: string): Finding {
  return faults.length === 0
    ? { name, status: 'ok', detail: summary }
    : { name, status: 'fault', detail: faults.join('\n') }
}
