import { identity, isObject, type Json } from '../overlay.ts'

/** Keycloak's placeholder for a secret. */
const MASK = '**********'

/** Keys whose empty value has a meaning. */
const MAY_BE_EMPTY = new Set(['configuration', 'defaultClientScopes'])

/** The keys that come first in any object, in this order; all others follow in alphabetical order. */
const FIRST = [
  ...['realm', 'id', 'clientId', 'username', 'clientScope', 'client', 'alias', 'name', 'displayName'],
  ...['description', 'enabled', 'protocol', 'protocolMapper', 'providerId', 'subType', 'publicClient'],
  ...['executor', 'condition', 'roles', 'groups', 'clientScopes', 'defaultDefaultClientScopes'],
  ...['defaultOptionalClientScopes', 'scopeMappings', 'clientScopeMappings', 'components'],
  ...['clientProfiles', 'clientPolicies', 'clients', 'users'],
]

/** Removes the empty lists and objects inside a value. */
export function withoutEmpty(value: Json): Json {
  const kept = Object.entries(value).map(([key, inner]) => [key, innerWithoutEmpty(inner)] as const)
  return Object.fromEntries(kept.filter(([key, inner]) => MAY_BE_EMPTY.has(key) || !isEmpty(inner)))
}

function innerWithoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(innerWithoutEmpty)
  return isObject(value) ? withoutEmpty(value) : value
}

function isEmpty(value: unknown): boolean {
  if (value === undefined) return true
  return Array.isArray(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0
}

/** Removes Keycloak's defaults from the protocol mappers inside a value. */
export function withoutMapperDefaults(value: Json): Json {
  const entries = Object.entries(value).map(([key, inner]) => {
    if (!Array.isArray(inner)) return [key, isObject(inner) ? withoutMapperDefaults(inner) : inner]
    const clean = key === 'protocolMappers' ? mapperWithoutDefaults : withoutMapperDefaults
    return [key, inner.map((item) => (isObject(item) ? clean(item) : item))]
  })
  return Object.fromEntries(entries)
}

function mapperWithoutDefaults({ consentRequired, ...mapper }: Json): Json {
  const { 'userinfo.token.claim': userinfo, ...config } = isObject(mapper.config) ? mapper.config : {}
  const same = userinfo === config['id.token.claim'] // it takes the other's value when it is not given
  return {
    ...mapper,
    ...(consentRequired === true && { consentRequired }),
    config: same ? config : mapper.config,
  }
}

/** Removes the secrets that Keycloak masks, and lists their paths. */
export function withoutMasked(value: Json): { readonly value: Json; readonly paths: readonly string[] } {
  const paths: string[] = []
  const walk = (inner: unknown, path: string): unknown => {
    if (inner === MASK || (Array.isArray(inner) && inner.length > 0 && inner.every((one) => one === MASK))) {
      paths.push(path)
      return undefined
    }
    if (Array.isArray(inner)) {
      return inner.map((item, index) => walk(item, `${path}[${(isObject(item) && identity(item)) || index}]`))
    }
    if (!isObject(inner)) return inner
    const entries = Object.entries(inner).map(([key, one]) => [key, walk(one, path ? `${path}.${key}` : key)])
    return Object.fromEntries(entries.filter(([, one]) => one !== undefined))
  }
  return { value: walk(value, '') as Json, paths }
}

/** Replaces the secrets that Keycloak masks by those in the file. */
export function unmasked(value: unknown, declared: unknown): unknown {
  const isMasked =
    value === MASK || (Array.isArray(value) && value.length > 0 && value.every((one) => one === MASK))
  if (isMasked) return declared ?? value
  if (isObject(value)) {
    const from = isObject(declared) ? declared : {}
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, unmasked(inner, from[key])]))
  }
  if (!Array.isArray(value)) return value
  const known = (Array.isArray(declared) ? declared : []).filter(isObject)
  return value.map((item) => {
    if (!isObject(item)) return item
    const same = known.filter((one) => identity(one) === identity(item))
    return unmasked(item, same.find(({ name }) => name === item.name) ?? same[0])
  })
}

/**
 * The same value in the order of a similar file, so that two files can be compared line by line. New keys and items
 * come last, in alphabetical order.
 */
export function inOrderOf<T>(value: T, like: unknown): T {
  if (Array.isArray(value)) return ordered(value, Array.isArray(like) ? like : []) as T
  if (!isObject(value)) return value
  const before = isObject(like) ? like : {}
  const known = Object.keys(before)
  const rank = (key: string) => [place(known, key), place(FIRST, key), key] as const
  const keys = Object.keys(value).sort((a, b) => compare(rank(a), rank(b)))
  return Object.fromEntries(keys.map((key) => [key, inOrderOf(value[key], before[key])])) as T
}

function ordered(list: readonly unknown[], like: readonly unknown[]): readonly unknown[] {
  const nameOf = (item: unknown) => (isObject(item) ? identity(item) : JSON.stringify(item)) ?? ''
  const known = like.map(nameOf)
  const inOrder = list.map((item) => inOrderOf(item, like[known.indexOf(nameOf(item))]))
  if (list.some((item) => nameOf(item) === '')) return inOrder // of executions the order is a setting
  return inOrder.sort((a, b) =>
    compare([place(known, nameOf(a)), 0, nameOf(a)], [place(known, nameOf(b)), 0, nameOf(b)]),
  )
}

type Rank = readonly [number, number, string]

function place(names: readonly string[], name: string): number {
  const at = names.indexOf(name)
  return at < 0 ? names.length : at
}

function compare(a: Rank, b: Rank): number {
  return a[0] - b[0] || a[1] - b[1] || (a[2] < b[2] ? -1 : a[2] > b[2] ? 1 : 0)
}
