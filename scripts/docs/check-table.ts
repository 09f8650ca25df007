import { VERIFY_CHECKS } from '../../src/verify/checks/all.ts'
import { FULL_CHECKS } from '../../src/verify/checks/full/all.ts'
import { CHECK_REASONS } from './check-reasons.ts'
import { table } from './table.ts'

/** The table of all checks of `verify`, with their reasons. */
export function checkTable(): string {
  const quick = new Set(VERIFY_CHECKS.map(({ name }) => name))
  const rows = FULL_CHECKS.map(({ name, title }) => {
    const { reason, rule, url, since = '' } = CHECK_REASONS[name] ?? { reason: '', rule: '', url: '' }
    return [`\`${name}\``, title, reason, `[${rule}](${url})`, since, quick.has(name) ? 'yes' : '']
  })
  return table(['check', 'a correct server', 'reason', 'rule', 'in MCP since', '`--quick`'], rows)
}
