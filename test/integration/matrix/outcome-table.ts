/** What came of the cases of one client in one realm. */
export interface Row {
  readonly realm: string
  readonly client: string
  /** Outcome by case: `ok`, or what happened. */
  readonly outcomes: Readonly<Record<string, string>>
}

/** A table for a person to read: a line a client, a column a case; what is not `ok` is told below. */
export function outcomeTable(rows: readonly Row[]): string {
  const cases = [...new Set(rows.flatMap(({ outcomes }) => Object.keys(outcomes)))]
  const first = Math.max(...rows.map(({ client }) => client.length)) + 2
  const faults: string[] = []
  const cell = (outcome: string | undefined): string => {
    if (outcome === undefined) return '-'
    if (outcome === 'ok') return 'ok'
    return `✘${faults.push(outcome)}`
  }
  const line = (label: string, cells: readonly string[]) =>
    `  ${label.padEnd(first)}${cells.map((text, index) => text.padEnd((cases[index]?.length ?? 0) + 2)).join('')}`.trimEnd()
  const tables = [...new Set(rows.map(({ realm }) => realm))].flatMap((realm) => [
    '',
    `${realm}:`,
    line('', cases),
    ...rows
      .filter((row) => row.realm === realm)
      .map(({ client, outcomes }) =>
        line(
          client,
          cases.map((name) => cell(outcomes[name])),
        ),
      ),
  ])
  return [...tables, '', ...faults.map((fault, index) => `  ✘${index + 1} ${fault}`), ''].join('\n')
}
