import { command } from '../../../config/command.ts'
import { missingSettings } from '../../../realm/compare/drift.ts'
import type { Realm } from '../../../realm/schema.ts'
import { type DoctorCheck, type Finding, fail, ok } from '../../check.ts'

/** Checks the policies that prevent tokens without a login and logins without PKCE. */
export const clientPolicies: DoctorCheck<'ours'> = {
  name: 'client-policies',
  title: 'Client policies',
  group: 'realm',
  asks: 'ours',
  repair: 'client-policies',
  run: ({ actual, rendered }) => judgeClientPolicies(actual, rendered),
}

/** Compares the client policies and profiles of a realm with those at its creation. */
export function judgeClientPolicies(actual: Realm, rendered: Realm): Finding {
  const faults = [
    ...missingSettings(rendered.clientPolicies?.policies, actual.clientPolicies?.policies),
    ...missingSettings(rendered.clientProfiles?.profiles, actual.clientProfiles?.profiles),
  ].map(({ path }) => path.replace(/^\[(.*?)\]/, '$1'))
  const names = (rendered.clientPolicies?.policies ?? []).map(({ name }) => String(name))
  if (faults.length === 0)
    return ok(names.length > 0 ? `in force: ${names.join(', ')}` : 'the realm was created without')
  return fail(
    `changed since the realm was created: ${faults.join(', ')}`,
    'They keep a self-registered client from tokens without a login, and from logins without PKCE.',
    command('doctor', { fix: true }),
  )
}
