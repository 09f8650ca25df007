import { command } from '../../../config/command.ts'
import { type Drift, missingSettings } from '../../../realm/compare/drift.ts'
import type { Realm } from '../../../realm/schema.ts'
import { type DoctorCheck, type Finding, fail, ok } from '../../check.ts'

/** Checks the mappers that put audience, roles, user name and subject into tokens. */
export const claims: DoctorCheck<'ours'> = {
  name: 'claims',
  title: 'Claims',
  group: 'realm',
  asks: 'ours',
  repair: 'scopes',
  run: ({ actual, rendered }) => judgeClaims(actual, rendered),
}

/** Compares the mappers of a realm's scopes with those at its creation. */
export function judgeClaims(actual: Realm, rendered: Realm): Finding {
  const faults = (rendered.clientScopes ?? []).flatMap(({ name, protocolMappers }) => {
    const found = actual.clientScopes?.find((scope) => scope.name === name)
    // Another check reports missing scopes.
    return found
      ? missingSettings(protocolMappers, found.protocolMappers).map((drift) => ({ ...drift, scope: name }))
      : []
  })
  if (faults.length === 0) return ok('audience, roles, user name and subject are mapped')
  return fail(
    faults.map(told).join('; '),
    'Tokens are without it, and an MCP server that looks for it answers 401 to every call.',
    command('doctor', { fix: true }),
  )
}

function told({ path, kind, scope }: Drift & { readonly scope: string }): string {
  const [, mapper, setting] = /^\[(.*?)\](?:\.(.*))?$/s.exec(path) ?? []
  return setting === undefined || kind === 'removed'
    ? `the mapper "${mapper ?? path}" of the scope "${scope}" is gone`
    : `the mapper "${mapper}" of the scope "${scope}" has another ${setting}`
}
