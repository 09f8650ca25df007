import { readFile } from 'node:fs/promises'

import { assetPath } from '../assets.ts'
import { isTooDeep } from '../config/parse-json.ts'
import { McpKeycloakError } from '../errors.ts'
import { type Realm, realmSchema } from './schema.ts'

/** The realm that is applied when no other is named. */
export const BASE_REALM_FILE = assetPath('realms/fastmcp.json')

/**
 * Reads a realm file. What is returned is the file's own object, key order and all, not a copy by the schema.
 *
 * @throws {McpKeycloakError} `REALM_INVALID` when it is not there, not JSON, or not a realm
 */
export async function loadRealm(path: string): Promise<Realm> {
  const content = await readJsonObject(path)
  const checked = realmSchema.safeParse(content)
  if (checked.success) return content as Realm
  const issue = checked.error.issues[0]
  const where = issue?.path.join('.') || 'the file'
  const noName = issue?.path[0] === 'realm'
  throw invalid(
    path,
    noName ? 'It has no "realm": the name of the realm.' : `At ${where}: ${issue?.message}.`,
    noName ? 'Add "realm": "your-name" at the top.' : "Correct it; the format is Keycloak's realm export.",
  )
}

/**
 * Reads a file that holds one JSON object.
 *
 * @throws {McpKeycloakError} `REALM_INVALID`
 */
export async function readJsonObject(path: string): Promise<Readonly<Record<string, unknown>>> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw invalid(path, cause.code === 'ENOENT' ? 'There is no such file.' : cause.message, 'Check the path.')
  })
  if (isTooDeep(text)) throw invalid(path, 'It is nested too deeply.', 'Check that it is a realm file.')
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch (cause) {
    throw invalid(path, `It is not JSON: ${(cause as Error).message}`, 'Mend the JSON.')
  }
  if (typeof content === 'object' && content !== null && !Array.isArray(content)) return { ...content }
  throw invalid(path, 'It is not a JSON object.', "Correct it; the format is Keycloak's realm export.")
}

function invalid(path: string, why: string, fix: string): McpKeycloakError {
  return new McpKeycloakError('REALM_INVALID', { what: `The realm file ${path} cannot be used.`, why, fix })
}
