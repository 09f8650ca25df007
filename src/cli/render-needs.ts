import type { ChalkInstance } from 'chalk'

import type { UpReport } from '../operations/up.ts'
import { block, row, warning } from './render.ts'

type Needs = UpReport['needs']
type UnmetNeed = Needs['unmet'][number]

/** Renders a line for each need: what the realm lacks, and the setting in the way. */
export function needLines(needs: readonly UnmetNeed[]): string[] {
  return needs.map(({ title, lacking, loosens }) => {
    const blocked = loosens === null ? '' : ` (loosens ${loosens})`
    return `${title}: ${lacking.join('; ')}${blocked}`
  })
}

/** Renders the headline of a realm that MCP clients cannot use, with what it lacks. Renders nothing for any other realm. */
export function renderUnready(
  realm: string,
  { count, unmet, fix }: Needs,
  chalk: ChalkInstance,
  called: (line: string) => string = (line) => line,
): string[] {
  const required = unmet.filter(({ severity }) => severity === 'required')
  if (required.length === 0) return []
  const headline = `The realm "${realm}" is not ready for MCP: ${required.length} of ${count} needs are unmet`
  const advice = required.flatMap((need) => need.advice ?? [])
  return [
    warning(chalk, chalk.bold(headline)),
    ...needLines(required).map((line) => `    ${line}`),
    ...block(chalk, '  ', 'Fix', fix === null ? null : called(fix)),
    ...advice.flatMap((text) => block(chalk, '  ', 'Fix', text)),
    '',
  ]
}

/** Renders the additions to a realm, with the reason of each. */
export function renderAdditions({ met }: Needs, chalk: ChalkInstance): string[] {
  return row(chalk, 'Added for MCP', ...met.map(({ title, reason }) => `${title}: ${reason}`))
}
