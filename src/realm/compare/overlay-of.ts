import { identity, identityKey, isComponentValue, isObject, type Json } from '../overlay.ts'
import { driftBetween } from './drift.ts'
import { withoutEmpty, withoutMapperDefaults } from './tidy.ts'

/** Marks a value without a difference. */
const NOTHING = Symbol('nothing')

/** The parts that an overlay is computed from. */
export interface OverlayParts {
  /** The file below the overlay. The overlay can only add to a list of names in it. */
  readonly file: Json
  /** The server's representation of that file. */
  readonly made: Json
  readonly wanted: Json
  /** Writes a new item of a list in the form that a person writes. */
  readonly write: (list: string, item: Json) => Json
}

/**
 * Computes the overlay that turns a file into the wanted realm, as far as possible. It adds and changes, but removes
 * nothing.
 */
export function overlayOf({ file, made, wanted, write }: OverlayParts): Json {
  const objects = (before: Json, after: Json, declared: unknown, path: string): Json => {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])]
    const entries = keys.map((key) => {
      const inner = path === '' ? key : `${path}.${key}`
      return [
        key,
        setting(before[key], after[key], isObject(declared) ? declared[key] : undefined, inner),
      ] as const
    })
    return Object.fromEntries(entries.filter(([, value]) => value !== NOTHING))
  }
  const setting = (before: unknown, after: unknown, declared: unknown, path: string): unknown => {
    if (driftBetween({ value: before }, { value: after }).length === 0) return NOTHING
    if (after === undefined) return typeof before === 'string' ? '' : NOTHING
    if (isObject(after)) return nothingIfEmpty(objects(isObject(before) ? before : {}, after, declared, path))
    if (!Array.isArray(after) || isComponentValue(path)) return after
    const existing = Array.isArray(before) ? before : []
    if ([...existing, ...after].every(isNamed)) {
      return nothingIfEmpty(things(existing, after, Array.isArray(declared) ? declared : [], path))
    }
    return declared === undefined ? after : nothingIfEmpty(names(existing, after))
  }
  const things = (
    before: readonly Json[],
    after: readonly Json[],
    declared: readonly Json[],
    path: string,
  ): Json[] => {
    const known = new Map(before.map((item) => [identity(item), item]))
    return after.flatMap((item) => {
      const name = identity(item)
      const existing = known.get(name)
      if (!existing) return [withoutEmpty(withoutMapperDefaults(write(path, item)))]
      const inDeclared = declared.find((one) => identity(one) === name)
      const inner = objects(existing, item, inDeclared, `${path}[${name}]`)
      return Object.keys(inner).length === 0 ? [] : [{ ...naming(item), ...inner }]
    })
  }
  return objects(made, wanted, file, '')
}

function names(before: readonly unknown[], after: readonly unknown[]): unknown[] {
  const known = new Set(before.map((name) => JSON.stringify(name)))
  return after.filter((name) => !known.has(JSON.stringify(name)))
}

/** The identifying fields of an item. */
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
