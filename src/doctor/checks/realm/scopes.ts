import { command } from '../../../config/command.ts'
import { missingSettings } from '../../../realm/compare/drift.ts'
import type { Realm } from '../../../realm/schema.ts'
import { type DoctorCheck, type Finding, fail, ok } from '../../check.ts'

const LISTS = { defaultDefaultClientScopes: 'default', defaultOptionalClientScopes: 'optional' } as const

/** Checks that the scopes exist, and that registered clients get them or may request them. */
export const scopes: DoctorCheck<'ours'> = {
  name: 'scopes',
  title: 'Scopes',
  group: 'realm',
  asks: 'ours',
  repair: 'scopes',
  run: ({ actual, rendered }) => judgeScopes(actual, rendered),
}

/** Judges which scopes are gone or assigned to clients in another way. */
export function judgeScopes(actual: Realm, rendered: Realm): Finding {
  const there = new Set(actual.clientScopes?.map(({ name }) => name))
  const missing = (rendered.clientScopes ?? []).map(({ name }) => name).filter((name) => !there.has(name))
  const unassigned = Object.entries(LISTS).flatMap(([list, kind]) => {
    const assigned = names(actual[list])
    return names(rendered[list])
      .filter((name) => there.has(name) && !assigned.includes(name))
      .map((name) => `${name} is not one of the ${kind} scopes`)
  })
  const unmapped = missingSettings(ofScopes(rendered), ofScopes(actual)).map(({ path }) => `roles of ${path}`)
  if (missing.length + unassigned.length + unmapped.length === 0)
    return ok(`${there.size}, assigned to clients as in the file`)
  return fail(
    [...missing.map((name) => `${name} is gone`), ...unassigned, ...unmapped].join('; '),
    'A client that asks for such a scope is refused ("Not permitted to use specified clientScope", "Invalid scopes"), or gets no claims of it.',
    command('doctor', { fix: true }),
  )
}

function ofScopes({ scopeMappings = [] }: Realm): Readonly<Record<string, unknown>> {
  const mappings = scopeMappings.filter(({ clientScope }) => clientScope !== undefined)
  return Object.fromEntries(mappings.map(({ clientScope = '', roles }) => [clientScope, roles]))
}

function names(list: unknown): readonly string[] {
  return (list as readonly string[] | undefined) ?? []
}
