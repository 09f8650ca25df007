import { randomBytes } from 'node:crypto'
import { join } from 'node:path'

import { z } from 'zod'

import { instanceFolder } from '../config/folders.ts'
import { parseJson } from '../config/parse-json.ts'
import { readIfThere, writePrivateJson } from './private-file.ts'

/** Apart from the state and written once, so that no accident with the state loses the way into the database. */
const ADMIN_FILE = 'admin.json'

/** The administrator that an instance's database was made with. */
export const adminCredentialsSchema = z
  .strictObject({ username: z.string().min(1), password: z.string().min(1) })
  .readonly()

/** The administrator that an instance's database was made with. */
export type AdminCredentials = z.infer<typeof adminCredentialsSchema>

/**
 * The administrator of an instance; made, with a password that nobody guesses, when there is none yet.
 *
 * @throws {McpKeycloakError} `STATE_UNWRITABLE`
 */
export async function adminCredentials(data: string, instance: string): Promise<AdminCredentials> {
  const file = adminFile(instanceFolder(data, instance))
  const known = adminCredentialsSchema.safeParse(parseJson((await readIfThere(file)) ?? ''))
  if (known.success) return known.data
  const made = { username: 'admin', password: randomBytes(18).toString('base64url') }
  await writePrivateJson(file, made)
  return made
}

/**
 * The file with an instance's administrator.
 *
 * @param folder the instance's own
 */
export function adminFile(folder: string): string {
  return join(folder, ADMIN_FILE)
}
