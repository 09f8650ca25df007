import type { Admin } from '../admin.ts'

/** A thing of a realm in Keycloak's own format: a client, a role, a component. */
export type Thing = Readonly<Record<string, unknown>>

/** A realm that is brought to what its file says. */
export interface Alignment {
  readonly admin: Admin
  readonly realm: string
  /** A thing without ids and times, which differ in each realm. */
  readonly settings: (thing: Thing) => Thing
  /** Whether two things have the same settings. */
  readonly isSame: (one: Thing, other: Thing) => boolean
}

/** A list of things, as it is to be and as the server has it. */
interface Lists {
  readonly wanted: unknown
  readonly actual: unknown
  /** Name by which a thing is found again. */
  readonly key: (thing: Thing) => string
  readonly create: (wanted: Thing) => Promise<unknown>
  readonly update: (wanted: Thing, there: Thing) => Promise<unknown>
  readonly remove: (there: Thing) => Promise<unknown>
  /** Compares two things of one name. Default: their settings. */
  readonly isSame?: (wanted: Thing, there: Thing) => boolean
}

/** Removes the things that are not wanted, creates the missing ones and updates those that differ. */
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

/** The things of a list; none when it is not there. */
export function things(list: unknown): readonly Thing[] {
  return Array.isArray(list) ? list.filter(isThing) : []
}

/** Names in a list; none when it is not there. */
export function names(list: unknown): readonly string[] {
  return Array.isArray(list) ? list.map(String) : []
}

/** Whether it is a JSON object. */
export function isThing(value: unknown): value is Thing {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** An object of a thing; an empty one when it is not there. */
export function inner(thing: Thing | undefined, key: string): Thing {
  const value = thing?.[key]
  return isThing(value) ? value : {}
}

/** A text of a thing; empty when it is not there. */
export function text(thing: Thing | undefined, key: string): string {
  return String(thing?.[key] ?? '')
}

/** A thing without some of its fields. */
export function without(thing: Thing, ...keys: readonly string[]): Thing {
  return Object.fromEntries(Object.entries(thing).filter(([key]) => !keys.includes(key)))
}

/** What is wanted, and empty values for what only the server has: an update leaves alone what it does not name. */
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
