import { isObject, type Json } from './overlay.ts'

/** The objects in a list of a realm file. Anything else has none. */
export function items(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.filter(isObject) : []
}

/** The names in a list of a realm file. Anything else has none. */
export function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}
