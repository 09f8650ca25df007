import { isDeepStrictEqual } from 'node:util'
import { LOOPBACK } from '../config/loopback.ts'

import { McpKeycloakError } from '../errors.ts'

/** An object of a configuration file: a JSON object or a TOML table. */
export type Table = Readonly<Record<string, unknown>>

/** Where the entry of an MCP server goes. */
export interface EntryPlace {
  /** The file as the user would find it. */
  readonly file: string
  /** The keys down to the entry; the last one is the server's name. */
  readonly path: readonly string[]
  /** Whether the file may have its servers at the top level, without parent keys. */
  readonly mayBeBare?: boolean
}

/** A configuration file's text with the entry in it. */
export interface Merged {
  readonly text: string
  readonly action: 'created' | 'updated' | 'unchanged'
  /** Names of other entries for the same MCP server; absent when there are none. */
  readonly alike?: readonly string[]
}

/** The place in this file: servers at the top level have no parent keys. */
export function placeIn(document: Table, place: EntryPlace): EntryPlace {
  const [top = ''] = place.path
  const values = Object.values(document)
  const isBare = !Object.hasOwn(document, top) && values.length > 0 && values.every(isServer)
  return place.mayBeBare && isBare ? { ...place, path: place.path.slice(-1) } : place
}

/** The other entries for the same MCP server: a program would show it twice. */
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
 * Whether the entry has to be added, put in place of an earlier one of ours, or is there already.
 * One of ours differs in loopback addresses only. Keys that the user added to the right one do not count.
 *
 * @throws {McpKeycloakError} `SNIPPET_NOT_WRITTEN` when something else has that name.
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
    why: `It holds ${withoutSecrets(existing)} under ${place.path.slice(0, -1).join('.') || 'its top'}. Nothing was changed.`,
    fix: 'Remove that entry, or choose another name with --name.',
  })
}

/** Whether `after` is `before` with the entry in it, and nothing else. */
export function isMerged(before: Table, after: Table, path: readonly string[], entry: Table): boolean {
  // Cloned, because a parser may make objects without a prototype, which would never equal ours.
  return isDeepStrictEqual(structuredClone(after), structuredClone(withEntry(before, path, entry)))
}

/** The error for a configuration file that cannot be changed safely. */
export function notWritten(file: string, why: string, cause?: unknown): McpKeycloakError {
  return new McpKeycloakError('SNIPPET_NOT_WRITTEN', {
    what: `${file} cannot take the entry.`,
    why: `${why} Nothing was changed.`,
    fix: 'Correct that file and try again, or paste what the command prints without --write.',
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
      throw notWritten(file, `Its "${path.slice(0, depth).join('.')}" holds something else than servers.`)
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

/** The URLs in a server's entry and in its command's arguments. All names of this machine count as one. */
function urlsIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(urlsIn)
  if (isTable(value)) return Object.values(value).flatMap(urlsIn)
  if (typeof value !== 'string' || !/^https?:/.test(value) || !URL.canParse(value)) return []
  const url = new URL(value)
  if (LOOPBACK_URL.test(value)) url.hostname = 'localhost'
  return [url.href.replace(/\/$/, '')]
}

const LOOPBACK_URL = new RegExp(String.raw`^https?://${LOOPBACK}(:\d+)?(/|$)`)

function withoutLoopbackUrls(value: unknown): unknown {
  if (typeof value === 'string') return LOOPBACK_URL.test(value) ? '' : value
  if (Array.isArray(value)) return value.map(withoutLoopbackUrls)
  if (!isTable(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutLoopbackUrls(inner)]))
}

/** Where the other entry leads; its headers, arguments and query may hold secrets. */
function withoutSecrets(existing: unknown): string {
  if (!isTable(existing)) return 'something that is no server'
  const { url, command } = existing
  if (typeof command === 'string') return `the command ${JSON.stringify(command)}`
  if (typeof url !== 'string' || !URL.canParse(url)) return 'another server'
  const { origin, pathname } = new URL(url)
  return `the server ${origin}${pathname}`
}
