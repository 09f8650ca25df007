import type { Admin } from '../admin.ts'

/** A part of a realm in Keycloak's own format: a client, a role, a component. */
export type Thing = Readonly<Record<string, unknown>>

/** A realm that is brought to its wanted state. */
export interface Alignment {
  readonly admin: Admin
  readonly realm: string
  /** Removes ids and times, which differ in each realm. */
  readonly settings: (thing: Thing) => Thing
  /** Whether two things have the same settings. */
  readonly isSame: (one: Thing, other: Thing) => boolean
  /** A new thing keeps the settings that Keycloak gives it and its wanted state lacks. Default: they are removed. */
  readonly keepsDefaults?: boolean
}

/** A list of things in its wanted state and in its state on the server. */
interface Lists {
  readonly wanted: unknown
  readonly actual: unknown
  /** The name that identifies a thing. */
  readonly key: (thing: Thing) => string
  readonly create: (wanted: Thing) => Promise<unknown>
  readonly update: (wanted: Thing, there: Thing) => Promise<unknown>
  readonly remove: (there: Thing) => Promise<unknown>
  /** Compares two things with the same name. Default: compares their settings. */
  readonly isSame?: (wanted: Thing, there: Thing) => boolean
}

/** Removes unwanted things, creates missing ones and updates different ones. */
export async function alignList({ isSame }: Alignment, lists: Lists): Promise<void> {
  const { key, create, update, remove } = lists
  const [wanted, actual] = [byKey(lists.wanted, key), byKey(lists.actual, key)]
  for (const [name, there] of actual) if (!wanted.has(name)) await remove(there)
  for (const [name, thing] of wanted) {
    const there = actual.get(name)
    if (there === undefined) await create(thing)
    else if (!(lists.isSame ?? isSame)(thing, there)) await update(thing, there)
  }
}

function byKey(list: unknown, key: (thing: Thing) => string): ReadonlyMap<string, Thing> {
  const found = new Map<string, Thing>()
  for (const thing of things(list)) {
    const name = key(thing)
    found.set(found.has(name) ? `${name} ${thing.name ?? found.size}` : name, thing)
  }
  return found
}

/** The things in a list; empty when the list is missing. */
export function things(list: unknown): readonly Thing[] {
  return Array.isArray(list) ? list.filter(isThing) : []
}

/** The names in a list; empty when the list is missing. */
export function names(list: unknown): readonly string[] {
  return Array.isArray(list) ? list.map(String) : []
}

/** Whether a value is a JSON object. */
export function isThing(value: unknown): value is Thing {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A field that is an object; empty when the field is missing. */
export function inner(thing: Thing | undefined, key: string): Thing {
  const value = thing?.[key]
  return isThing(value) ? value : {}
}

/** A field that is a text; empty when the field is missing. */
export function text(thing: Thing | undefined, key: string): string {
  return String(thing?.[key] ?? '')
}

/** A thing without some of its fields. */
export function without(thing: Thing, ...keys: readonly string[]): Thing {
  return Object.fromEntries(Object.entries(thing).filter(([key]) => !keys.includes(key)))
}

/** The wanted fields, plus empty values for fields that only the server has: an update keeps fields that it omits. */
export function withRemovals(wanted: Thing, there: Thing): Thing {
  const extra = Object.entries(there).filter(([key]) => !(key in wanted))
  return { ...Object.fromEntries(extra.map(([key, value]) => [key, emptyLike(value)])), ...wanted }
}

function emptyLike(value: unknown): unknown {
  if (Array.isArray(value)) return []
  if (typeof value === 'string') return ''
  if (typeof value === 'boolean') return false
  return isThing(value) ? {} : value
}
