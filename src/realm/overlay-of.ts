import { driftBetween } from './drift.ts'
import { identity, identityKey, isComponentValue, isObject, type Json } from './overlay.ts'
import { withoutEmpty, withoutMapperDefaults } from './tidy.ts'

/** An overlay, and what it cannot say. */
export interface OverlayOf {
  readonly content: Json
  /** Settings that are to go: an overlay adds and changes only. */
  readonly removed: readonly string[]
}

/** Nothing to say. */
const NOTHING = Symbol('nothing')

/**
 * The overlay that makes one realm of another, as far as an overlay can.
 *
 * @param write how one would write a thing by hand that the base does not have, in which list
 */
export function overlayOf(base: Json, wanted: Json, write: (list: string, item: Json) => Json): OverlayOf {
  const removed: string[] = []
  const objects = (before: Json, after: Json, path: string): Json => {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])]
    const entries = keys.map((key) => {
      const inner = path === '' ? key : `${path}.${key}`
      return [key, setting(before[key], after[key], inner)] as const
    })
    return Object.fromEntries(entries.filter(([, value]) => value !== NOTHING))
  }
  const setting = (before: unknown, after: unknown, path: string): unknown => {
    if (driftBetween({ value: before }, { value: after }).length === 0) return NOTHING
    if (after === undefined) {
      removed.push(path)
      return NOTHING
    }
    if (isObject(after)) return nothingIfEmpty(objects(isObject(before) ? before : {}, after, path))
    if (!Array.isArray(after) || isComponentValue(path)) return after
    const existing = Array.isArray(before) ? before : []
    return nothingIfEmpty(
      [...existing, ...after].every(isNamed) ? things(existing, after, path) : names(existing, after, path),
    )
  }
  const names = (before: readonly unknown[], after: readonly unknown[], path: string): unknown[] => {
    const byText = (list: readonly unknown[]) => new Map(list.map((name) => [JSON.stringify(name), name]))
    const [old, fresh] = [byText(before), byText(after)]
    removed.push(...[...old.keys()].filter((name) => !fresh.has(name)).map((name) => `${path}[${name}]`))
    return [...fresh].flatMap(([text, name]) => (old.has(text) ? [] : [name]))
  }
  const things = (before: readonly Json[], after: readonly Json[], path: string): Json[] => {
    const known = new Map(before.map((item) => [identity(item), item]))
    const kept = new Set(after.map(identity))
    removed.push(...[...known.keys()].filter((name) => !kept.has(name)).map((name) => `${path}[${name}]`))
    return after.flatMap((item) => {
      const existing = known.get(identity(item))
      if (!existing) return [withoutEmpty(withoutMapperDefaults(write(path, item)))]
      const inner = objects(existing, item, `${path}[${identity(item)}]`)
      return Object.keys(inner).length === 0 ? [] : [{ ...naming(item), ...inner }]
    })
  }
  return { content: objects(base, wanted, ''), removed }
}

/** What an item is known by, alone. */
function naming(item: Json): Json {
  const key = identityKey(item) ?? 'name'
  return {
    [key]: item[key],
    ...(key === 'providerId' && item.subType !== undefined && { subType: item.subType }),
  }
}

function isNamed(item: unknown): item is Json {
  return isObject(item) && identity(item) !== undefined
}

function nothingIfEmpty<T extends object>(value: T): T | typeof NOTHING {
  return Object.keys(value).length === 0 ? NOTHING : value
}
