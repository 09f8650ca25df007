import { identity, isObject, type Json } from './overlay.ts'
import type { Realm } from './schema.ts'

/** The attribute of a realm whose file gets no variables of the environment. */
const WITHOUT_VARIABLES = 'mcp-keycloak.no-variables'

/** Names that are read from the environment. Message keys and the variables of mappers have small letters. */
const VARIABLE = /^[A-Z_][A-Z0-9_]*$/

/** Values of environment variables, by name. */
type Environment = Readonly<Record<string, string | undefined>>

/** Lets the file of a realm have no variables of the environment, also when it is recreated later. */
export function withoutVariables(realm: Realm): Realm {
  const hasAny = placeholdersIn(realm).length > 0
  return hasAny
    ? { ...realm, attributes: { ...(realm.attributes as Json), [WITHOUT_VARIABLES]: 'true' } }
    : realm
}

/**
 * Puts values in the place of placeholders, `${NAME}` and `${NAME:default}`, as Keycloak's import of a file does. Those
 * without a value stay. Only Keycloak and a login get the result; reports, records and backups keep the placeholders.
 *
 * @param realm the realm that the value belongs to
 * @see {@link https://www.keycloak.org/server/importExport#_using_environment_variables_within_the_realm_configuration_files Keycloak: placeholders}
 */
export function withValues<T>(value: T, realm: Realm): T {
  return filled(value, environmentOf(realm)) as T
}

/** Puts the placeholders of a realm file back where the server has their values. */
export function withPlaceholders<T>(value: T, file: Realm): T {
  const after = withValues(file, file)
  return JSON.stringify(after) === JSON.stringify(file) ? value : (putBack(value, file, after, '') as T)
}

/** The variables of a realm's placeholders that have neither a value nor a default. */
export function missingVariables(realm: Realm): readonly string[] {
  const environment = environmentOf(realm)
  const missing = placeholdersIn(realm).filter(
    ({ names, fallback }) =>
      fallback === undefined &&
      names.some((name) => VARIABLE.test(name)) &&
      names.every((name) => environment[name] === undefined),
  )
  return [...new Set(missing.flatMap(({ names }) => names))]
}

/** Whether the file of a realm gets no variables of the environment. */
export function isWithoutVariables({ attributes }: Realm): boolean {
  return isObject(attributes) && attributes[WITHOUT_VARIABLES] === 'true'
}

/** Puts values in the place of a text's placeholders. */
export function filledText(text: string, environment: Environment): string {
  let result = ''
  let end = 0
  for (const { from, to, names, fallback } of placeholders(text)) {
    const name = names.find((one) => VARIABLE.test(one) && environment[one] !== undefined)
    const value = name === undefined ? fallback && filledText(fallback, environment) : environment[name]
    result += text.slice(end, from) + (value ?? text.slice(from, to))
    end = to
  }
  return result + text.slice(end)
}

function environmentOf(realm: Realm): Environment {
  return isWithoutVariables(realm) ? {} : process.env
}

function filled(value: unknown, environment: Environment): unknown {
  if (typeof value === 'string') return value.includes('${') ? filledText(value, environment) : value
  if (Array.isArray(value)) return value.map((item) => filled(item, environment))
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key.includes('${') ? filledText(key, environment) : key,
      filled(inner, environment),
    ]),
  )
}

function placeholdersIn(value: unknown): readonly Placeholder[] {
  if (typeof value === 'string') return [...placeholders(value)]
  if (Array.isArray(value)) return value.flatMap(placeholdersIn)
  if (!isObject(value)) return []
  return Object.entries(value).flatMap(([key, inner]) => [...placeholders(key), ...placeholdersIn(inner)])
}

interface Placeholder {
  readonly from: number
  readonly to: number
  /** The names whose first value counts. */
  readonly names: readonly string[]
  readonly fallback: string | undefined
}

/** Finds placeholders. A default may have placeholders inside. */
function* placeholders(text: string): Generator<Placeholder> {
  let from = text.indexOf('${')
  while (from >= 0) {
    const to = endOf(text, from + 2)
    if (to === undefined) return
    const inner = text.slice(from + 2, to - 1)
    const colon = inner.indexOf(':')
    const names = (colon < 0 ? inner : inner.slice(0, colon)).split(',')
    yield { from, to, names, fallback: colon < 0 ? undefined : inner.slice(colon + 1) }
    from = text.indexOf('${', to)
  }
}

/** The end of a placeholder, after its closing bracket. */
function endOf(text: string, start: number): number | undefined {
  let depth = 1
  for (let at = start; at < text.length; at++) {
    if (text[at] === '{') depth++
    else if (text[at] === '}' && --depth === 0) return at + 1
  }
  return undefined
}

function putBack(value: unknown, file: unknown, after: unknown, key: string): unknown {
  if (typeof file === 'string') return isSame(value, after, key) ? file : value
  if (isObject(value) && isObject(file) && isObject(after)) {
    const keys = new Map(Object.keys(file).map((one, at) => [Object.keys(after)[at], one]))
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => {
        const before = keys.get(name) ?? name
        return [before, putBack(inner, file[before], after[name], name)]
      }),
    )
  }
  if (!Array.isArray(value) || !Array.isArray(file) || !Array.isArray(after)) return value
  const names = after.map(nameOf)
  return value.map((item) => {
    const at = names.indexOf(nameOf(item))
    return at < 0 ? item : putBack(item, file[at], after[at], key)
  })
}

function nameOf(item: unknown): string {
  return isObject(item) ? (identity(item) ?? '').toLowerCase() : JSON.stringify(item)
}

/** Keycloak writes user names in lower case. A number or a switch stays as the server has it. */
function isSame(value: unknown, after: unknown, key: string): boolean {
  return key === 'username' ? value === String(after).toLowerCase() : value === after
}
