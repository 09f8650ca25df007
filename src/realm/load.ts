import { assetPath } from '../assets.ts'
import { capitalized } from '../config/capitalized.ts'
import { parseJson } from '../config/files/parse-json.ts'
import { readTextFile } from '../config/files/read-file.ts'
import { McpKeycloakError } from '../errors.ts'
import { type Realm, realmSchema } from './schema.ts'

/** The default realm file. */
export const BASE_REALM_FILE = assetPath('realms/fastmcp.json')

/** The kind of file: a whole realm or a part of one. */
type FileKind = 'realm file' | 'overlay'

/**
 * Reads a realm file. Returns the file's own object with its key order, not the schema's copy.
 *
 * @throws {McpKeycloakError} `REALM_INVALID` for a missing file, and for a file that is not JSON or not a realm
 */
export async function loadRealm(path: string): Promise<Realm> {
  const content = await readJsonObject(path)
  const checked = realmSchema.safeParse(content)
  if (checked.success) return content as Realm
  const issue = checked.error.issues[0]
  const where = issue?.path.join('.') || 'the file'
  const noName = issue?.path[0] === 'realm' && !content.realm
  throw invalid(
    path,
    noName ? 'It has no "realm": the name of the realm.' : `At ${where}: ${issue?.message}.`,
    noName ? 'Add "realm": "your-name" at the top.' : "Correct it; the format is Keycloak's realm export.",
  )
}

/**
 * Reads a file that holds one JSON object.
 *
 * @param kind for the error's text
 * @throws {McpKeycloakError} `REALM_INVALID`
 */
export async function readJsonObject(
  path: string,
  kind: FileKind = 'realm file',
): Promise<Readonly<Record<string, unknown>>> {
  const text = await readTextFile(path).catch((cause: NodeJS.ErrnoException) => {
    throw invalid(path, ...unreadable(cause, kind), kind)
  })
  const content = parseJson(text)
  if (content === undefined) {
    // The error names only the position: the file may be any file, with private contents.
    const { FIX_JSON, notJson } = await import('../config/files/json-fault.ts')
    throw invalid(path, notJson(text), FIX_JSON, kind)
  }
  if (typeof content === 'object' && content !== null && !Array.isArray(content)) return { ...content }
  throw invalid(path, 'It is not a JSON object.', "Correct it; the format is Keycloak's realm export.", kind)
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
