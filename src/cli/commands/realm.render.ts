import type { ChalkInstance } from 'chalk'

import type { RealmDiffReport } from '../../operations/realm/realm-diff.ts'
import { printableJson } from '../../printable.ts'
import { title } from '../render.ts'

/** Renders only the realm's JSON, ready for a file. With `--output`, renders the path of the file. */
export function renderRealmFile(
  { realm, output }: { readonly realm: unknown; readonly output: string | null },
  chalk: ChalkInstance,
): string[] {
  return output === null ? printableJson(realm, 2).split('\n') : [title(chalk, `Written to ${output}`)]
}

/** Renders the result of `realm diff`: `+` only on the server, `-` only in the file. */
export function renderRealmDiff(report: RealmDiffReport, chalk: ChalkInstance): string[] {
  const { drift, realm, url } = report
  if (drift.length === 0) {
    return [title(chalk, `The realm "${realm}" at ${url} equals its file and its options.`)]
  }
  return [
    title(chalk, `The realm "${realm}" at ${url} differs from its file and its options.`, 'fail'),
    '',
    ...drift.flatMap((one) => driftLines(one, chalk).map((line) => `  ${line}`)),
    '',
    `  ${chalk.red('-')} as it should be   ${chalk.green('+')} as it is on the server`,
  ]
}

/** Renders one setting that differs. */
export function driftLines(
  { path, kind, expected, actual }: RealmDiffReport['drift'][number],
  chalk: ChalkInstance,
): string[] {
  if (kind === 'added') return [chalk.green(`+ ${path}${shortValue(actual)}`)]
  if (kind === 'removed') return [chalk.red(`- ${path}${shortValue(expected)}`)]
  const [gone, come] = changes(expected, actual)
  return [
    `  ${path}`,
    ...gone.map((value) => chalk.red(`-   ${value}`)),
    ...come.map((value) => chalk.green(`+   ${value}`)),
  ]
}

/** Returns the values that only one of two lists has. */
function changes(expected: unknown, actual: unknown): readonly [readonly string[], readonly string[]] {
  const [before, after] = [expected, actual].map((value) =>
    (Array.isArray(value) ? value : [value]).map((item) => printableJson(item)),
  )
  return [
    (before ?? []).filter((item) => !after?.includes(item)),
    (after ?? []).filter((item) => !before?.includes(item)),
  ]
}

/** Renders a value; nothing for an object of many settings. */
function shortValue(value: unknown): string {
  return typeof value === 'object' ? '' : `: ${printableJson(value)}`
}
