import type { Realm } from '../schema.ts'
import { mcpUrls } from './audience.ts'

const EXECUTOR = 'client-id-metadata-document'
const EXECUTOR_HOSTS = 'cimd-allow-permitted-domains'
const RESOURCES = 'cimd-resource-indicator-allow-list'
const CONDITION = 'client-id-uri'
const CONDITION_HOSTS = 'client-id-uri-allow-permitted-domains'

type Change = <Item extends { configuration?: Record<string, unknown> | undefined }>(item: Item) => Item

/**
 * Permits more hosts in client metadata documents, and documents on these hosts. A realm that accepts no such documents
 * stays unchanged.
 */
export function permitDocumentHosts(realm: Realm, hosts: readonly string[]): Realm {
  return withCondition(withExecutor(realm, added(EXECUTOR_HOSTS, hosts)), added(CONDITION_HOSTS, hosts))
}

/**
 * Lets clients with a metadata document ask for the realm's MCP URLs by `resource`. Keycloak before 26.8 stores the
 * list without using it. Later versions refuse such a client any `resource` that is not in it.
 *
 * @see {@link https://github.com/keycloak/keycloak/issues/51413 keycloak#51413}
 */
export function documentResources(realm: Realm): Realm {
  return withExecutor(realm, (item) => ({
    ...item,
    configuration: { ...item.configuration, [RESOURCES]: mcpUrls(realm) },
  }))
}

function added(key: string, values: readonly string[]): Change {
  return (item) => {
    const before = item.configuration?.[key]
    const list = [...new Set([...(Array.isArray(before) ? before : []), ...values])]
    return { ...item, configuration: { ...item.configuration, [key]: list } }
  }
}

function withExecutor(realm: Realm, change: Change): Realm {
  const profiles = realm.clientProfiles?.profiles?.map((profile) => ({
    ...profile,
    ...(profile.executors && {
      executors: profile.executors.map((item) => (item.executor === EXECUTOR ? change(item) : item)),
    }),
  }))
  return profiles ? { ...realm, clientProfiles: { ...realm.clientProfiles, profiles } } : realm
}

function withCondition(realm: Realm, change: Change): Realm {
  const policies = realm.clientPolicies?.policies?.map((policy) => ({
    ...policy,
    ...(policy.conditions && {
      conditions: policy.conditions.map((item) => (item.condition === CONDITION ? change(item) : item)),
    }),
  }))
  return policies ? { ...realm, clientPolicies: { ...realm.clientPolicies, policies } } : realm
}
