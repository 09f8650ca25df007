import type ComponentRepresentation from '@keycloak/keycloak-admin-client/lib/defs/componentRepresentation.js'

import type { Admin } from '../admin.ts'

const TYPE = 'org.keycloak.services.clientregistration.policy.ClientRegistrationPolicy'

/** A registration policy in the format of a realm file. */
export interface PolicyFile {
  readonly providerId: string
  readonly subType?: string | undefined
  readonly config?: Readonly<Record<string, string[]>> | undefined
  readonly [setting: string]: unknown
}

/**
 * Repairs a realm's client registration policies from its file: creates missing ones, resets changed ones, and removes
 * others, because each of them may refuse clients.
 */
export async function repairPolicies(
  admin: Admin,
  realm: string,
  wanted: readonly PolicyFile[],
): Promise<void> {
  const found = await admin.components.find({ realm, type: TYPE })
  const key = ({
    providerId,
    subType,
  }: {
    readonly providerId?: string
    readonly subType?: string | undefined
  }) => `${providerId} ${subType}`
  const there = new Map(found.map((component) => [key(component), component]))
  for (const policy of wanted) {
    const before = there.get(key(policy))
    const component = { ...policy, config: policy.config ?? {} } as ComponentRepresentation
    if (before?.id) await admin.components.update({ realm, id: before.id }, { ...before, ...component })
    else await admin.components.create({ realm, ...component, providerType: TYPE })
  }
  const kept = new Set(wanted.map((policy) => key(policy)))
  const others = found.filter((component) => !kept.has(key(component)))
  for (const { id = '' } of others) await admin.components.del({ realm, id })
}
