import type { Realm } from '../schema.ts'

/** The client policies that refuse each self-registration. */
export function refusing(realm: Realm): readonly string[] {
  const refusingProfiles = (realm.clientProfiles?.profiles ?? [])
    .filter(({ executors }) => executors?.some(({ executor }) => executor === 'reject-request'))
    .map(({ name }) => String(name))
  return (realm.clientPolicies?.policies ?? [])
    .filter(
      ({ enabled, profiles }) =>
        enabled === true &&
        isList(profiles) &&
        profiles.some((name) => refusingProfiles.includes(String(name))),
    )
    .filter(({ conditions = [] }) => conditions.length > 0 && conditions.every(matchesRegistration))
    .map(({ name }) => String(name))
}

function matchesRegistration({
  condition,
  configuration,
}: {
  readonly condition: string
  readonly configuration?: Readonly<Record<string, unknown>> | undefined
}): boolean {
  if (condition === 'any-client') return true
  const sources = configuration?.['update-client-source']
  return condition === 'client-updater-context' && isList(sources) && sources.includes('ByAnonymous')
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value)
}
