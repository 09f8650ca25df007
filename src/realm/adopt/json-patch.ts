import { isDeepStrictEqual } from 'node:util'

import { identity, identityKey, isObject, type Json } from '../overlay.ts'

/** An operation of a JSON Patch (RFC 6902). */
export interface PatchOperation {
  readonly op: 'add' | 'remove' | 'replace' | 'test'
  readonly path: string
  readonly value?: unknown
}

/**
 * Computes the JSON Patch (RFC 6902) from one value to another. Before a change inside a list, it tests that the item has
 * its name, so that a patch of another file fails.
 *
 * @param path JSON Pointer of the value
 */
export function jsonPatch(before: unknown, after: unknown, path: string): readonly PatchOperation[] {
  if (isDeepStrictEqual(before, after)) return []
  if (isObject(before) && isObject(after)) return objects(before, after, path)
  if (Array.isArray(before) && Array.isArray(after)) return lists(before, after, path)
  return [{ op: 'replace', path, value: after }]
}

function objects(before: Json, after: Json, path: string): readonly PatchOperation[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  return keys.flatMap((key): readonly PatchOperation[] => {
    const inner = `${path}/${pointer(key)}`
    if (after[key] === undefined) return before[key] === undefined ? [] : [{ op: 'remove', path: inner }]
    if (before[key] === undefined) return [{ op: 'add', path: inner, value: after[key] }]
    return jsonPatch(before[key], after[key], inner)
  })
}

function lists(
  before: readonly unknown[],
  after: readonly unknown[],
  path: string,
): readonly PatchOperation[] {
  const [old, wanted] = [before.map(nameOf), after.map(nameOf)]
  const isAmbiguous = [old, wanted].some((names) => new Set(names).size < names.length)
  // Keycloak writes a single value as a list.
  const isOther = !before.every(isObject) && old.some((name) => !wanted.includes(name))
  if (isAmbiguous || isOther) return [{ op: 'replace', path, value: after }]
  const changed = before.flatMap((item, at): readonly PatchOperation[] => {
    const [inner, now] = [`${path}/${at}`, after[wanted.indexOf(old[at] ?? '')]]
    const changes = now === undefined ? [] : jsonPatch(item, now, inner)
    return changes.length === 0 ? [] : [...named(item, inner), ...changes]
  })
  const removed = before.map((item, at): readonly PatchOperation[] => {
    const inner = `${path}/${at}`
    return wanted.includes(old[at] ?? '') ? [] : [...named(item, inner), { op: 'remove', path: inner }]
  })
  const added = after.filter((_, at) => !old.includes(wanted[at] ?? ''))
  return [
    ...changed,
    ...removed.reverse().flat(), // the last one first: the places before it stay
    ...added.map((value) => ({ op: 'add', path: `${path}/-`, value }) as const),
  ]
}

/** The identity of an item in its list. */
function nameOf(item: unknown): string {
  const name = isObject(item) ? identity(item) : undefined
  return name ?? JSON.stringify(item)
}

/** Tests that an item of a list is the expected one. */
function named(item: unknown, path: string): readonly PatchOperation[] {
  if (!isObject(item)) return [{ op: 'test', path, value: item }]
  const key = identityKey(item)
  return key === undefined ? [] : [{ op: 'test', path: `${path}/${pointer(key)}`, value: item[key] }]
}

/** A key in a JSON Pointer (RFC 6901). */
function pointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1')
}
