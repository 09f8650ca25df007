import { readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

import { assetPath } from '../assets.ts'
import { capitalized } from '../config/capitalized.ts'
import { readTextFile } from '../config/files/read-file.ts'
import { shellWord } from '../config/shell-word.ts'
import { McpKeycloakError } from '../errors.ts'
import { items } from './lists.ts'
import type { Json } from './overlay.ts'
import { type FileObjects, readFormat } from './realm-file-format.ts'
import { type Realm, realmSchema } from './schema.ts'

/** The default realm file. */
export const BASE_REALM_FILE = assetPath('realms/fastmcp.json')

const FORMAT = "the format is Keycloak's realm export"

/** The kind of file: a whole realm or a part of one. */
type FileKind = 'realm file' | 'overlay'

/**
 * Reads a realm file of any kind: see {@link readFormat}. Returns the file's own object with its key order, not the
 * schema's copy. Users in files beside it, as `kc.sh export --dir` writes them, are added.
 *
 * @param wanted name of the realm to take from a file with several
 * @throws {McpKeycloakError} `REALM_INVALID` for a missing file, and for a file that has no realm or several
 */
export async function loadRealm(path: string, wanted?: string): Promise<Realm> {
  const content = chosen(await readObjects(path), wanted, path)
  const checked = realmSchema.safeParse(content)
  if (checked.success) return withUsersBeside(path, content as Realm)
  const issue = checked.error.issues[0]
  const where = issue?.path.join('.') || 'the file'
  const noName = issue?.path[0] === 'realm' && !content.realm
  throw invalid(
    path,
    noName ? 'It has no "realm": the name of the realm.' : `At ${where}: ${issue?.message}.`,
    noName ? 'Add "realm": "your-name" at the top.' : `Correct it; ${FORMAT}.`,
  )
}

/** Adds the users that `kc.sh export --dir` writes into files beside the realm: `<realm>-users-0.json` and so on. */
async function withUsersBeside(path: string, realm: Realm): Promise<Realm> {
  if (basename(path) !== `${realm.realm}-realm.json`) return realm
  const folder = dirname(path)
  const isOfRealm = (name: string) =>
    name.startsWith(`${realm.realm}-users-`) && /-users-\d+\.json$/.test(name)
  const names = (await readdir(folder)).filter(isOfRealm)
  if (names.length === 0) return realm
  const files = await Promise.all(
    names.sort(byNumber).map((name) => readObject(join(folder, name), 'realm file')),
  )
  return { ...realm, users: [realm, ...files].flatMap(({ users }) => items(users)) as Realm['users'] }
}

const byNumber = new Intl.Collator('en', { numeric: true }).compare

/** Chooses one of the realms in a file. */
function chosen(objects: FileObjects, wanted: string | undefined, path: string): Json {
  const [first = {}, ...others] = objects
  if (others.length === 0) return first
  const realms = objects.filter(({ realm }) => typeof realm === 'string')
  const match = realms.length === 1 ? realms[0] : realms.find(({ realm }) => realm === wanted)
  if (match) return match
  const names = realms.map(({ realm }) => String(realm))
  throw invalid(
    path,
    names.length > 0 ? `It has several realms: ${names.join(', ')}.` : 'None of its parts is a realm.',
    names.length > 0 ? `Choose one: --realm ${shellWord(names[0] ?? '')}` : `Correct it; ${FORMAT}.`,
  )
}

/**
 * Reads a file that holds one object.
 *
 * @throws {McpKeycloakError} `REALM_INVALID`
 */
export async function readObject(path: string, kind: FileKind): Promise<Json> {
  const [first, ...others] = await readObjects(path, kind)
  if (first !== undefined && others.length === 0) return first
  throw invalid(path, 'It has several parts.', 'Put each part into a file of its own.', kind)
}

/** @param kind for the error's text */
async function readObjects(path: string, kind: FileKind = 'realm file'): Promise<FileObjects> {
  const text = await readTextFile(path).catch((cause: NodeJS.ErrnoException) => {
    throw invalid(path, ...unreadable(cause, kind), kind)
  })
  const read = await readFormat(text, /\.ya?ml(\.\w+)?$/i.test(path))
  if ('why' in read) throw invalid(path, read.why, read.fix, kind)
  return read.map((object) => ({ ...object }))
}

function unreadable(
  { code, message }: NodeJS.ErrnoException,
  kind: FileKind,
): readonly [why: string, fix: string] {
  if (code === 'ENOENT') return ['There is no such file.', 'Check the path.']
  const why = `${capitalized(message)}.`
  if (code === 'EFTYPE')
    return [why, `Write the ${kind === 'overlay' ? kind : 'realm'} into a file, and name that file.`]
  if (code === 'EFBIG')
    return [why, 'Use a smaller file, for example one without users; --user adds test users.']
  return [message, 'Check the path.']
}

function invalid(path: string, why: string, fix: string, kind: FileKind = 'realm file'): McpKeycloakError {
  return new McpKeycloakError('REALM_INVALID', { what: `The ${kind} ${path} cannot be used.`, why, fix })
}
