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
  return (isBuiltIn ? warn : fail)(
    what,
    why,
    options === undefined ? add(required) : reset(options, required),
  )
}

function reset(options: RealmOptions, unmet: readonly UnmetNeed[]): string {
  const overlay = options.with.includes('mcp') && unmet.some(({ loosens }) => loosens) ? 'mcp-loosen' : 'mcp'
  const added = {
    ...(unmet.some(({ name }) => name !== USER) && { with: [overlay] }),
    ...(unmet.some(({ name }) => name === USER) && { user: ['<name>:<password>'] }),
  }
  return command('reset-realm', addedOptions(options, added))
}

/** The need that only a person meets. */
const USER = 'user'

/** The advice of the need itself is a command for a managed realm. */
const CREATE_USER = 'Create a user: Admin console, Users.'

/** The ways to complete a realm that is not managed: change it here, or hand the changes to its administrator. */
export function waysToAdd(): readonly string[] {
  return [
    `Add what it lacks: ${command('doctor', { fix: true })}`,
    `Or hand the changes to its administrator: ${command('realm adopt', { format: 'kcadm', output: 'mcp.sh' })}`,
  ]
}

function add(unmet: readonly UnmetNeed[]): readonly string[] {
  const advice = unmet.flatMap((need) => (need.name === USER ? CREATE_USER : (need.advice ?? [])))
  if (advice.length === unmet.length) return advice
  return [...waysToAdd(), ...advice]
}
