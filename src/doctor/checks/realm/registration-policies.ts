import { command } from '../../../config/command.ts'
import { missingSettings } from '../../../realm/compare/drift.ts'
import { registrationPolicies as policiesOf } from '../../../realm/patches/registration-policies.ts'
import type { Realm, RegistrationPolicy } from '../../../realm/schema.ts'
import { type DoctorCheck, type Finding, fail, ok, skip } from '../../check.ts'

/** Lists and limits that have their own checks, and a setting of old exports that Keycloak does not keep. */
const NOT_COMPARED = ['trusted-hosts', 'web-origins', 'max-clients', 'consent-required-for-all-mappers']

/** Checks that the realm has the registration policies of its creation, and no others. */
export const registrationPolicies: DoctorCheck<'ours'> = {
  name: 'registration-policies',
  title: 'Registration policies',
  group: 'realm',
  asks: 'ours',
  repair: 'policies',
  run: ({ actual, rendered }) => judgePolicies(actual, rendered),
}

/** Compares the registration policies of a realm with those at its creation. */
export function judgePolicies(actual: Realm, rendered: Realm): Finding {
  const [wanted, there] = [policiesOf(rendered), policiesOf(actual)]
  if (wanted.length === 0) return skip('the realm file names none: see "MCP needs"')
  const name = ({ name: own, providerId, subType }: RegistrationPolicy) =>
    `"${String(own ?? providerId)}" (${subType ?? 'anonymous'})`
  const twin = (policy: RegistrationPolicy, list: readonly RegistrationPolicy[]) =>
    list.find(({ providerId, subType }) => providerId === policy.providerId && subType === policy.subType)
  const missing = wanted.filter((policy) => !twin(policy, there))
  const foreign = there.filter((policy) => !twin(policy, wanted))
  const changed = wanted.flatMap((policy) => {
    const found = twin(policy, there)
    const settings = found ? missingSettings(declared(policy), declared(found)) : []
    return settings.length > 0 ? [`${name(policy)}: ${settings.map(({ path }) => path).join(', ')}`] : []
  })
  if (missing.length + foreign.length + changed.length === 0) return ok(`all ${wanted.length} are there`)
  const said = (verb: string, names: readonly string[]) =>
    names.length > 0 ? [`${verb} ${names.join(', ')}`] : []
  return fail(
    [
      ...said('missing:', missing.map(name)),
      ...said('changed:', changed),
      ...said('not of the file:', foreign.map(name)),
    ].join('; '),
    'They decide which clients may register, and with what: one too few is a hole, one too many a refusal.',
    command('doctor', { fix: true }),
  )
}

function declared({ config = {} }: RegistrationPolicy): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(config).filter(([key]) => !NOT_COMPARED.includes(key)))
}
