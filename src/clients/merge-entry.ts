import { isDeepStrictEqual } from 'node:util'
import { LOOPBACK_NAMES } from '../config/loopback.ts'

import { McpKeycloakError } from '../errors.ts'

/** An object of a configuration file: a JSON object or a TOML table. */
export type Table = Readonly<Record<string, unknown>>

/** The place of an MCP server's entry in a file. */
export interface EntryPlace {
  /** Path of the file as shown to the user. */
  readonly file: string
  /** The keys down to the entry. The last key is the server's name. */
  readonly path: readonly string[]
  /** Whether the file may have its servers at the top level, without parent keys. */
  readonly mayBeBare?: boolean
}

/** A configuration file's text with the merged entry. */
export interface Merged {
  readonly text: string
  readonly action: 'created' | 'updated' | 'unchanged'
  /** Names of other entries for the same MCP server; absent when there are none. */
  readonly alike?: readonly string[]
}

/** Finds the place in this file. Servers at the top level have no parent keys. */
export function placeIn(document: Table, place: EntryPlace): EntryPlace {
  const [top = ''] = place.path
  const values = Object.values(document)
  const isBare = !Object.hasOwn(document, top) && values.length > 0 && values.every(isServer)
  return place.mayBeBare && isBare ? { ...place, path: place.path.slice(-1) } : place
}

/** Finds other entries for the same MCP server, which a program would show twice. */
export function alikeIn(document: Table, place: EntryPlace, entry: Table): Pick<Merged, 'alike'> {
  const above = { ...place, path: place.path.slice(0, -1) }
  const servers = above.path.length === 0 ? document : entryIn(document, above)
  const wanted = urlsIn(entry)
  const alike = Object.entries(isTable(servers) ? servers : {}).flatMap(([name, other]) =>
    name !== place.path.at(-1) && isServer(other) && urlsIn(other).some((url) => wanted.includes(url))
      ? [name]
      : [],
  )
  return alike.length > 0 ? { alike } : {}
}

/**
 * Decides whether to add the entry, replace our earlier entry, or keep an equal entry.
 * Our earlier entry differs only in loopback addresses. Keys that the user added to an equal entry do not matter.
 *
 * @throws {McpKeycloakError} `SNIPPET_NOT_WRITTEN` when another server has that name.
 */
export function entryChange(document: Table, place: EntryPlace, wanted: Table): 'add' | 'replace' | 'keep' {
  const existing = entryIn(document, place)
  if (existing === undefined) return 'add'
  if (isTable(existing)) {
    if (Object.entries(wanted).every(([key, value]) => isDeepStrictEqual(existing[key], value))) return 'keep'
    if (isDeepStrictEqual(withoutLoopbackUrls(existing), withoutLoopbackUrls(wanted))) return 'replace'
  }
  throw new McpKeycloakError('SNIPPET_NOT_WRITTEN', {
    what: `${place.file} already has another "${place.path.at(-1)}".`,
    why: `It has ${withoutSecrets(existing)} under ${place.path.slice(0, -1).join('.') || 'the top level'}. Nothing was changed.`,
    fix: 'Remove that entry, or choose another name with --name.',
  })
}

/** Whether `after` equals `before` plus the entry. */
export function isMerged(before: Table, after: Table, path: readonly string[], entry: Table): boolean {
  // Cloned, because a parser may create objects without a prototype, which never equal ours.
  return isDeepStrictEqual(structuredClone(after), structuredClone(withEntry(before, path, entry)))
}

/** The error for a configuration file that cannot be changed safely. */
export function notWritten(file: string, why: string, cause?: unknown): McpKeycloakError {
  return new McpKeycloakError('SNIPPET_NOT_WRITTEN', {
    what: `The entry cannot be added to ${file}.`,
    why: `${why} Nothing was changed.`,
    fix: 'Correct the file and run the command again, or run it without --write and paste its output.',
    cause,
  })
}

/** Whether `value` is a JSON object or a TOML table. */
export function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
}

function entryIn(document: Table, { file, path }: EntryPlace): unknown {
  return path.reduce<unknown>((value, key, depth) => {
    if (value === undefined) return undefined
    if (!isTable(value))
      throw notWritten(file, `Its "${path.slice(0, depth).join('.')}" is not an object with servers.`)
    return Object.hasOwn(value, key) ? value[key] : undefined
  }, document)
}

function withEntry(table: Table, [key = '', ...rest]: readonly string[], entry: Table): Table {
  const inner = table[key]
  return { ...table, [key]: rest.length === 0 ? entry : withEntry(isTable(inner) ? inner : {}, rest, entry) }
}

function isServer(value: unknown): value is Table {
  return isTable(value) && [value.url, value.command].flat().some((word) => typeof word === 'string')
}

/** Lists the URLs in a server's entry and in its command's arguments. All loopback names are equal. */
function urlsIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(urlsIn)
  if (isTable(value)) return Object.values(value).flatMap(urlsIn)
  if (typeof value !== 'string' || !/^https?:/.test(value) || !URL.canParse(value)) return []
  const url = new URL(value)
  if (LOOPBACK_URL.test(value)) url.hostname = 'localhost'
  return [url.href.replace(/\/$/, '')]
}

const LOOPBACK_URL = new RegExp(String.raw`^https?://${LOOPBACK_NAMES}(:\d+)?(/|$)`)

function withoutLoopbackUrls(value: unknown): unknown {
  if (typeof value === 'string') return LOOPBACK_URL.test(value) ? '' : value
  if (Array.isArray(value)) return value.map(withoutLoopbackUrls)
  if (!isTable(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutLoopbackUrls(inner)]))
}

/** Describes the other entry without headers, arguments and query, which may have secrets. */
function withoutSecrets(existing: unknown): string {
  if (!isTable(existing)) return 'a value that is not a server'
  const { url, command } = existing
  if (typeof command === 'string') return `the command ${JSON.stringify(command)}`
  if (typeof url !== 'string' || !URL.canParse(url)) return 'another server'
  const { origin, pathname } = new URL(url)
  return `the server ${origin}${pathname}`
}
