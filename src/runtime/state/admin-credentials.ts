import { randomBytes } from 'node:crypto'
import { join } from 'node:path'

import { z } from 'zod'
import { parseJson } from '../../config/files/parse-json.ts'
import { instanceFolder } from '../../config/folders.ts'
import { faultOfJson, readOrDamage, setAside, writePrivateJson } from './private-file.ts'

/** Separate from the state and written once, so that damage to the state never loses the password of the database. */
const ADMIN_FILE = 'admin.json'

/** The administrator that Keycloak created in an instance's database. */
export const adminCredentialsSchema = z
  .strictObject({ username: z.string().min(1), password: z.string().min(1) })
  .readonly()

/** The administrator that Keycloak created in an instance's database. */
export type AdminCredentials = z.infer<typeof adminCredentialsSchema>

/** The contents of an administrator's file. */
export interface AdminReading {
  /** `undefined` when the file is missing or damaged. */
  readonly admin: AdminCredentials | undefined
  /** The fault of a damaged file. */
  readonly damage?: string
}

/**
 * Reads an instance's administrator. Writes nothing.
 *
 * @param folder the instance's folder
 */
export async function readAdmin(folder: string): Promise<AdminReading> {
  const { text, damage } = await readOrDamage(adminFile(folder))
  if (text === undefined) return { admin: undefined, ...(damage !== undefined && { damage }) }
  const known = adminCredentialsSchema.safeParse(parseJson(text))
  return known.success ? { admin: known.data } : { admin: undefined, damage: faultOfJson(text, known.error) }
}

/**
 * Reads an instance's administrator, or creates one with a random password. Sets a damaged file aside: call this only when
 * no database needs the password in it.
 *
 * @throws {McpKeycloakError} `STATE_UNWRITABLE`
 */
export async function adminCredentials(data: string, instance: string): Promise<AdminCredentials> {
  const folder = instanceFolder(data, instance)
  const { admin } = await readAdmin(folder)
  if (admin) return admin
  const created = { username: 'admin', password: randomBytes(18).toString('base64url') }
  await writeAdmin(folder, created)
  return created
}

/**
 * Writes an instance's administrator to its file. Sets a damaged file aside first.
 *
 * @returns path of the damaged file
 * @throws {McpKeycloakError} `STATE_UNWRITABLE`
 */
export async function writeAdmin(folder: string, admin: AdminCredentials): Promise<string | undefined> {
  const file = adminFile(folder)
  const { damage } = await readAdmin(folder)
  const aside = damage === undefined ? undefined : await setAside(file)
  await writePrivateJson(file, admin)
  return aside
}

/**
 * The file with an instance's administrator.
 *
 * @param folder the instance's folder
 */
export function adminFile(folder: string): string {
  return join(folder, ADMIN_FILE)
}
