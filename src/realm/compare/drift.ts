import { z } from 'zod'

import { identity, isObject, type Json } from '../overlay.ts'

/** A setting that differs from its expected value. */
export const driftSchema = z
  .strictObject({
    /** The path of the setting: `clients[mcp-client].redirectUris`. */
    path: z.string(),
    /** `added`: the server has it and should not; `removed`: it should have it. */
    kind: z.enum(['added', 'removed', 'changed']),
    /** Absent for an added setting. */
    expected: z.unknown().optional(),
    /** Absent for a removed setting. */
    actual: z.unknown().optional(),
  })
  .readonly()

/** A setting that differs from its expected value. */
export type Drift = z.infer<typeof driftSchema>

/** Names of settings whose values nobody may see. */
const SECRET = /secret$|password$|privatekey$|credential$/i

/** The replacement for a secret value in a report. */
const HIDDEN = '(hidden)'

/**
 * The settings in which two realms differ. Lists of names are compared as sets, lists of things by the names of the
 * things: Keycloak keeps no order in them. Empty and absent values are equal.
 */
export function driftBetween(expected: Json, actual: Json): readonly Drift[] {
  return [...walk('', expected, actual)].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
}

/**
 * The declared settings that the server lacks, or has with another value. Further settings and list items on the server
 * do not count.
 */
export function missingSettings(declared: unknown, actual: unknown): readonly Drift[] {
  return driftBetween({ it: declared ?? {} }, { it: actual ?? {} })
    .filter((drift) => !hasAll(drift))
    .map((drift) => ({ ...drift, path: drift.path.replace(/^it\.?/, '') }))
}

/** Whether the server has everything that is expected, and perhaps more. */
export function hasAll({ kind, expected, actual }: Omit<Drift, 'path'>): boolean {
  if (kind !== 'changed') return kind === 'added'
  if (!Array.isArray(expected) || !Array.isArray(actual)) return false
  const there = new Set(actual.map(canonical))
  return expected.every((item) => there.has(canonical(item)))
}

function* walk(path: string, expectedText: unknown, actualText: unknown): Generator<Drift> {
  const [expected, actual] = [read(expectedText), read(actualText)]
  if (isEmpty(expected) && isEmpty(actual)) return
  if (isObject(expected ?? {}) && isObject(actual ?? {})) {
    const [before, after] = [(expected ?? {}) as Json, (actual ?? {}) as Json]
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      yield* walk(path === '' ? key : `${path}.${key}`, before[key], after[key])
    }
    return
  }
  const [before, after] = [named(expected), named(actual)]
  if (before && after) {
    for (const name of new Set([...before.keys(), ...after.keys()])) {
      const [one, other] = [before.get(name), after.get(name)]
      const inner = `${path}[${name}]`
      if (one && other) yield* walk(inner, one, other)
      else yield difference(inner, one, other)
    }
    return
  }
  if (canonical(expected) !== canonical(actual)) yield difference(path, expected, actual)
}

function difference(path: string, expected: unknown, actual: unknown): Drift {
  const key = path.split('.').at(-1) ?? ''
  const shown = { expected: visible(expected, key), actual: visible(actual, key) }
  if (isEmpty(expected)) return { path, kind: 'added', actual: shown.actual }
  if (isEmpty(actual)) return { path, kind: 'removed', expected: shown.expected }
  return { path, kind: 'changed', ...shown }
}

/** Parses settings that are JSON in a text, alone in a list, as in components and authorization policies. */
function read(value: unknown): unknown {
  const text = Array.isArray(value) && value.length === 1 ? value[0] : value
  if (typeof text !== 'string' || !/^[[{]"?/.test(text)) return value
  try {
    const parsed: unknown = JSON.parse(text)
    return typeof parsed === 'object' && parsed !== null ? parsed : value
  } catch {
    return value
  }
}

/** The items of a list by their names; `undefined` for a list of something else. */
function named(value: unknown): ReadonlyMap<string, Json> | undefined {
  if (isEmpty(value)) return new Map()
  if (!Array.isArray(value)) return undefined
  const items = value.filter(isObject)
  const names = items.map(identity)
  if (items.length < value.length || names.includes(undefined)) return undefined
  const byName = new Map<string, Json>()
  // Keycloak keeps no order: of several keys with one provider, each is found by its name.
  for (const [at, item] of items.entries()) {
    const name = names[at] ?? ''
    const isOnly = names.indexOf(name) === names.lastIndexOf(name)
    const full = isOnly || typeof item.name !== 'string' ? name : `${name} ${item.name}`
    byName.set(byName.has(full) ? `${full} ${at}` : full, item)
  }
  return byName
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true
  return Array.isArray(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0
}

/** Serializes a value; equal values have the same text. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).sort().join()}]`
  if (!isObject(value)) return JSON.stringify(value) ?? ''
  const entries = Object.entries(value).filter(([, inner]) => !isEmpty(inner))
  return `{${entries
    .map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`)
    .sort()
    .join()}}`
}

function visible(value: unknown, key: string): unknown {
  if (Array.isArray(value)) return value.map((item) => visible(item, key))
  if (isObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, visible(inner, name)]))
  }
  return typeof value === 'string' && value !== '' && SECRET.test(key) ? HIDDEN : value
}
