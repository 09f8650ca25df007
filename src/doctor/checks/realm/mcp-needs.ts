import { command } from '../../../config/command.ts'
import type { RealmOptions } from '../../../config/realm-options.ts'
import { addedOptions } from '../../../config/reset-command.ts'
import type { UnmetNeed } from '../../../realm/needs/need.ts'
import { type DoctorCheck, type Finding, fail, ok, warn } from '../../check.ts'

/** Checks that the realm has what MCP clients and servers need, whoever created it. */
export const mcpNeeds: DoctorCheck<'realm'> = {
  name: 'mcp-needs',
  title: 'MCP needs',
  group: 'realm',
  asks: 'realm',
  run: ({ unmetNeeds, options }) => judgeNeeds(unmetNeeds, options),
}

/**
 * Judges a realm by the needs that it does not meet.
 *
 * @param options of a managed realm. The checks of single settings report the faults of the built-in realm.
 */
export function judgeNeeds(unmet: readonly UnmetNeed[], options: RealmOptions | undefined): Finding {
  const required = unmet.filter(({ severity }) => severity === 'required')
  if (required.length === 0) return ok('the realm has what MCP clients and servers need')
  const isBuiltIn = options !== undefined && options.realmFile === undefined
  const what = `the realm lacks ${required.length} ${required.length === 1 ? 'thing' : 'things'} that MCP clients or servers need`
  const why = required.map(({ title, lacking, reason }) => `${title}: ${lacking.join('; ')}. ${reason}`)
  return (isBuiltIn ? warn : fail)(what, why, options === undefined ? copy() : reset(options))
}

function reset(options: RealmOptions): string {
  return command('reset-realm', addedOptions(options, { with: ['mcp'] }))
}

/** An unmanaged realm is not changed; a copy of it is. */
function copy(): readonly string[] {
  const file = 'realm.json'
  return [
    `Save it: ${command('realm export', { output: file })}`,
    `Then create a copy with the additions: ${command('up', { realm: '<new name>', realmFile: file, with: ['mcp'] })}`,
  ]
}
