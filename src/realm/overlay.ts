import { McpKeycloakError } from '../errors.ts'
import type { Realm } from './schema.ts'

/** A partial realm file, with its name for messages. */
export interface Overlay {
  readonly name: string
  /** The additions and changes, in Keycloak's own format. */
  readonly content: Readonly<Record<string, unknown>>
}

/** The fields that identify an item of a list, in order of preference. */
const IDENTITIES = [
  'clientId',
  'username',
  'alias', // before the provider: several flows or identity providers may be of one
  'providerId',
  'executor',
  'condition',
  'clientScope',
  'client',
  'name',
  'type', // of a user's credentials
] as const

/** Component settings that are real lists, which overlays add to. Keycloak writes even single values as lists. */
const COMPONENT_LISTS = new Set([
  'trusted-hosts',
  'web-origins',
  'allowed-client-scopes',
  'allowed-protocol-mapper-types',
])

/**
 * Merges overlays into a realm, in their order. Clients are matched by `clientId`, scopes, roles and mappers by name,
 * users by `username`, components by provider. Lists of names are added to; everything else is replaced.
 *
 * @throws {McpKeycloakError} `REALM_INVALID` when two overlays set different values for the same setting
 */
export function applyOverlays(base: Realm, overlays: readonly Overlay[]): Realm {
  const writers = new Map<string, { readonly overlay: string; readonly value: string }>()
  return overlays.reduce<Realm>((realm, { name, content }) => {
    const onWrite = (path: string, value: unknown): void => {
      const text = JSON.stringify(value)
      const before = writers.get(path)
      if (before && before.value !== text) throw contradiction(path, [before.overlay, name])
      writers.set(path, { overlay: name, value: text })
    }
    return mergeObjects(realm, content, '', onWrite) as Realm
  }, base)
}

/** Merges a file's settings into those on a server. Items that were added on the server stay. */
export function mergedInto<There extends object>(there: There, declared: object): There {
  return mergeObjects(there as Json, declared as Json, '', () => {}) as There
}

/** A JSON object. */
export type Json = Readonly<Record<string, unknown>>
type OnWrite = (path: string, value: unknown) => void

function mergeObjects(before: Json, overlay: Json, path: string, onWrite: OnWrite): Json {
  const merged = Object.entries(overlay).map(([key, value]) => {
    const inner = path === '' ? key : `${path}.${key}`
    return [key, mergeValues(before[key], value, inner, onWrite)]
  })
  return { ...before, ...Object.fromEntries(merged) }
}

function mergeValues(before: unknown, overlay: unknown, path: string, onWrite: OnWrite): unknown {
  if (isObject(overlay)) return mergeObjects(isObject(before) ? before : {}, overlay, path, onWrite)
  if (!Array.isArray(overlay) || isComponentValue(path)) {
    onWrite(path, overlay)
    return overlay
  }
  const existing = Array.isArray(before) ? before : []
  if (overlay.every(isObject)) return mergeLists(existing, overlay, path, onWrite)
  return [...new Set([...existing, ...overlay])]
}

function mergeLists(
  before: readonly unknown[],
  overlay: readonly Json[],
  path: string,
  onWrite: OnWrite,
): unknown[] {
  const list = [...before]
  const texts = new Set(before.map((other) => JSON.stringify(other)))
  const places = placesIn(before)
  for (const item of overlay) {
    if (texts.has(JSON.stringify(item))) continue
    const id = identity(item)
    // Only the previous conditions are searched: a policy may have one condition twice, each with its own configuration.
    const at = id === undefined ? undefined : places.get(id)
    const inner = `${path}[${id ?? JSON.stringify(item)}]`
    const merged = mergeObjects(at === undefined ? {} : (list[at] as Json), item, inner, onWrite)
    if (at === undefined) list.push(merged)
    else list[at] = merged
  }
  return list
}

/** The first item of each identity. */
function placesIn(list: readonly unknown[]): ReadonlyMap<string, number> {
  const places = new Map<string, number>()
  for (const [at, item] of list.entries()) {
    const id = isObject(item) ? identity(item) : undefined
    if (id !== undefined && !places.has(id)) places.set(id, at)
  }
  return places
}

/** The identity of an item in its list; `undefined` when it has none. */
export function identity(item: Json): string | undefined {
  const key = identityKey(item)
  if (key === undefined) return undefined
  // The same policy is listed once for anonymous and once for authenticated registration.
  return key === 'providerId' ? `${item[key]} ${item.subType ?? ''}`.trim() : String(item[key])
}

/** The field that {@link identity} takes. */
export function identityKey(item: Json): string | undefined {
  return IDENTITIES.find((candidate) => typeof item[candidate] === 'string')
}

/** Whether the list at a path is one value in a list's clothes, which an overlay replaces and does not add to. */
export function isComponentValue(path: string): boolean {
  const key = /^components\..+\]\.config\.(.+)$/s.exec(path)?.[1]
  return key !== undefined && !COMPONENT_LISTS.has(key)
}

/** Whether it is a JSON object: no list, not `null`. */
export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function contradiction(path: string, [first, second]: readonly [string, string]): McpKeycloakError {
  const alone = first === second
  return new McpKeycloakError('REALM_INVALID', {
    what: alone
      ? `The overlay "${first}" contradicts itself.`
      : `The overlays "${first}" and "${second}" contradict each other.`,
    why: alone
      ? `It sets ${path} twice, each time to another value.`
      : `Both set ${path}, each to another value.`,
    fix: alone
      ? 'Leave out one of the two places.'
      : 'Leave out one of the two, or take the setting out of your own overlay.',
  })
}
