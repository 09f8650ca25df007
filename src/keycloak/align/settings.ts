import type ClientPoliciesRepresentation from '@keycloak/keycloak-admin-client/lib/defs/clientPoliciesRepresentation.js'
import type ClientProfilesRepresentation from '@keycloak/keycloak-admin-client/lib/defs/clientProfilesRepresentation.js'

import { updateRealm } from '../update-realm.ts'
import { type Alignment, alignList, inner, isThing, type Thing, text, without, withRemovals } from './list.ts'

/** Fields that have their own addresses in the Admin API. */
const APART = [
  ...['realm', 'users', 'federatedUsers', 'clients', 'clientTemplates', 'roles', 'groups', 'defaultGroups'],
  ...['defaultRole', 'defaultRoles', 'clientScopes', 'defaultDefaultClientScopes', 'scopeMappings'],
  ...['defaultOptionalClientScopes', 'clientScopeMappings', 'components', 'identityProviders'],
  ...['identityProviderMappers', 'authenticationFlows', 'authenticatorConfig', 'requiredActions'],
  ...['clientProfiles', 'clientPolicies', 'localizationTexts', 'organizations', 'requiredCredentials'],
]

/** Aligns the settings of the realm itself. */
export async function alignSettings(at: Alignment, wanted: Thing, actual: Thing): Promise<void> {
  const { admin, realm } = at
  const bare = (one: Thing) => without(at.settings(one), ...APART, 'attributes')
  const [goal, there] = [bare(wanted), bare(actual)]
  // Only differences are sent: Keycloak notes in an attribute that it was given a setting, even its default.
  const isSameSetting = (key: string) => at.isSame({ [key]: goal[key] }, { [key]: there[key] })
  const changes = Object.entries(withRemovals(goal, there)).filter(([key]) => !isSameSetting(key))
  const notBefore = Number(wanted.notBefore ?? 0)
  const isRevoked = Number(actual.notBefore ?? 0) !== notBefore
  if (changes.length > 0 || isRevoked)
    await updateRealm(admin, realm, { ...Object.fromEntries(changes), notBefore })
  else if (at.isSame(inner(wanted, 'attributes'), inner(actual, 'attributes'))) return
  const found = await admin.realms.findOne({ realm })
  const attributes = found?.attributes ?? {}
  const ours = Object.entries(attributes).filter(([name]) => name.startsWith('mcp-keycloak.'))
  const all = { ...inner(wanted, 'attributes'), ...Object.fromEntries(ours) }
  if (!at.isSame(all, attributes)) await updateRealm(admin, realm, { attributes: all }, found)
}

/** Aligns the texts that replace those of the theme. */
export async function alignTexts(
  { admin, realm, isSame }: Alignment,
  wanted: Thing,
  actual: Thing,
): Promise<void> {
  const [goal, there] = [inner(wanted, 'localizationTexts'), inner(actual, 'localizationTexts')]
  for (const locale of new Set([...Object.keys(goal), ...Object.keys(there)])) {
    const [texts, before] = [inner(goal, locale), inner(there, locale)]
    if (isSame(texts, before)) continue
    const { realms } = admin
    for (const key of Object.keys(before))
      if (!(key in texts)) await realms.deleteRealmLocalizationTexts({ realm, selectedLocale: locale, key })
    for (const key of Object.keys(texts))
      if (texts[key] !== before[key])
        await realms.addLocalization({ realm, selectedLocale: locale, key }, text(texts, key))
  }
}

/** Aligns identity providers with their mappers. */
export async function alignIdentityProviders(at: Alignment, wanted: Thing, actual: Thing): Promise<void> {
  const { admin, realm } = at
  await alignList(at, {
    wanted: wanted.identityProviders,
    actual: actual.identityProviders,
    key: (provider) => text(provider, 'alias'),
    create: (provider) => admin.identityProviders.create({ realm, ...provider }),
    remove: (there) => admin.identityProviders.del({ realm, alias: text(there, 'alias') }),
    update: (provider, there) =>
      admin.identityProviders.update(
        { realm, alias: text(there, 'alias') },
        {
          ...withRemovals(at.settings(provider), at.settings(there)),
          alias: text(there, 'alias'),
          internalId: text(there, 'internalId'),
        },
      ),
  })
  const known = (list: unknown) =>
    new Set(Array.isArray(list) ? list.filter(isThing).map(({ alias }) => alias) : [])
  const providers = known(wanted.identityProviders)
  await alignList(at, {
    wanted: wanted.identityProviderMappers,
    actual: actual.identityProviderMappers,
    key: (mapper) => `${mapper.identityProviderAlias} ${mapper.name}`,
    create: (mapper) =>
      admin.identityProviders.createMapper({
        realm,
        alias: text(mapper, 'identityProviderAlias'),
        identityProviderMapper: mapper,
      }),
    async remove(there) {
      const alias = text(there, 'identityProviderAlias')
      // Keycloak removes a provider's mappers with the provider.
      if (providers.has(alias))
        await admin.identityProviders.delMapper({ realm, alias, id: text(there, 'id') })
    },
    update: (mapper, there) =>
      admin.identityProviders.updateMapper(
        { realm, alias: text(mapper, 'identityProviderAlias'), id: text(there, 'id') },
        { ...mapper, id: text(there, 'id') },
      ),
  })
}

/** Aligns the required actions. */
export async function alignRequiredActions(at: Alignment, wanted: Thing, actual: Thing): Promise<void> {
  const { admin, realm } = at
  const { authenticationManagement } = admin
  const update = (action: Thing) =>
    authenticationManagement.updateRequiredAction({ realm, alias: text(action, 'alias') }, action)
  await alignList(at, {
    wanted: wanted.requiredActions,
    actual: actual.requiredActions,
    key: (action) => text(action, 'alias'),
    async create(action) {
      const { providerId, name } = action
      await authenticationManagement.registerRequiredAction({ realm, providerId, name })
      await update(action)
    },
    remove: (there) => authenticationManagement.deleteRequiredAction({ realm, alias: text(there, 'alias') }),
    update,
  })
}

/** Aligns client profiles and client policies. */
export async function alignClientPolicies(at: Alignment, wanted: Thing, actual: Thing): Promise<void> {
  const { admin, realm, isSame } = at
  const both = (one: Thing) => ({ ...inner(one, 'clientProfiles'), ...inner(one, 'clientPolicies') })
  if (isSame(both(wanted), both(actual))) return
  const profiles = inner(wanted, 'clientProfiles').profiles ?? []
  const policies = inner(wanted, 'clientPolicies').policies ?? []
  // A profile that a policy names cannot be removed. A policy cannot name a missing profile.
  const { profiles: before = [] } = await admin.clientPolicies.listProfiles({ realm })
  const all = [...(profiles as typeof before), ...before.filter(({ name }) => !namesOf(profiles).has(name))]
  await admin.clientPolicies.createProfiles({ realm, profiles: all } as ClientProfilesRepresentation & {
    realm: string
  })
  await admin.clientPolicies.updatePolicy({ realm, policies } as ClientPoliciesRepresentation & {
    realm: string
  })
  if (all.length > (profiles as typeof before).length)
    await admin.clientPolicies.createProfiles({ realm, profiles } as ClientProfilesRepresentation & {
      realm: string
    })
}

function namesOf(list: unknown): ReadonlySet<unknown> {
  return new Set(Array.isArray(list) ? list.filter(isThing).map(({ name }) => name) : [])
}
