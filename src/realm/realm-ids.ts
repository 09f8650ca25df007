import { createHash } from 'node:crypto'

import { isObject, type Json } from './overlay.ts'

/** Ids of a realm file, each with the id that replaces it. */
export type NewIds = ReadonlyMap<string, string>

/** Fields whose texts are names, even when they look like an id. */
const NAMES = new Set(['clientId', 'serviceAccountClientId', 'client', 'username', 'name', 'alias', 'realm'])

/** Fields that hold an id of the thing itself. */
const OWN_IDS = new Set(['id', '_id', 'internalId'])

/** Fields that hold the id of another thing. */
const REFERENCES = new Set([...OWN_IDS, 'containerId', 'parentId', 'federationLink', 'flowId'])

/** Objects with free keys: their fields `id` and `name` are settings. */
const FREE = new Set(['attributes', 'config', 'configuration', 'localizationTexts', 'smtpServer'])

/** Objects whose values are all ids of other things. */
const ID_MAPS = new Set(['authenticationFlowBindingOverrides'])

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/**
 * An id, derived from the realm's name and a text that is unique in the realm. Ids differ between realms, because
 * Keycloak accepts an id only once across all its realms.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9562.html#section-5.8 RFC 9562 §5.8} (version 8: our own choice of bits)
 */
export function derivedId(realm: string, text: string): string {
  const hex = createHash('sha256').update(`mcp-keycloak ${realm} ${text}`).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/** Derives a new id for each id that a realm file declares. */
export function newIds(realm: string, file: Json): NewIds {
  return new Map([...declaredIds(file, '')].map((id) => [id, derivedId(realm, `id ${id}`)]))
}

/** Swaps the two ids of each pair, to put the file's ids back. */
export function reversed(ids: NewIds): NewIds {
  return new Map([...ids].map(([before, after]) => [after, before]))
}

function* declaredIds(value: unknown, key: string): Generator<string> {
  if (Array.isArray(value)) for (const item of value) yield* declaredIds(item, key)
  if (!isObject(value) || FREE.has(key)) return
  for (const [name, inner] of Object.entries(value)) {
    if (OWN_IDS.has(name) && typeof inner === 'string' && inner !== '') yield inner
    else yield* declaredIds(inner, name)
  }
}

/**
 * Replaces ids wherever they stand, also in settings and in JSON inside texts. An id that is not a UUID may be equal to a
 * name: it is replaced only in fields that hold ids.
 */
export function withIds<T>(value: T, ids: NewIds): T {
  return ids.size === 0 ? value : (replaced(value, '', false, ids) as T)
}

function replaced(value: unknown, key: string, isId: boolean, ids: NewIds): unknown {
  if (typeof value === 'string') return replacedText(value, key, isId, ids)
  if (Array.isArray(value)) return value.map((item) => replaced(item, key, isId, ids))
  if (!isObject(value)) return value
  const holdsIds = (name: string) => ID_MAPS.has(key) || (REFERENCES.has(name) && !FREE.has(key))
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, replaced(inner, name, holdsIds(name), ids)]),
  )
}

function replacedText(text: string, key: string, isId: boolean, ids: NewIds): string {
  const id = isId || (UUID.test(text) && !NAMES.has(key)) ? ids.get(text) : undefined
  if (id !== undefined) return id
  if (!/^\s*[[{]/.test(text)) return text
  try {
    const inner: unknown = JSON.parse(text)
    const after = JSON.stringify(replaced(inner, key, false, ids))
    return after === JSON.stringify(inner) ? text : after
  } catch {
    return text
  }
}
