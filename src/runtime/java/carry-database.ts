import { cp, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Gives a server a copy of the database of another server of the same instance. Both are stopped; Keycloak brings
 * the copy up to its own version when it starts.
 *
 * @param from folder of the server whose database it is
 * @param to folder of the server that gets it, in place of what it has
 */
export async function carryDatabase(from: string, to: string): Promise<void> {
  const source = join(from, 'data', 'h2')
  const target = join(to, 'data', 'h2')
  if (!(await stat(source).catch(() => undefined))) return
  await rm(`${target}.partial`, { recursive: true, force: true })
  await cp(source, `${target}.partial`, { recursive: true })
  await rm(target, { recursive: true, force: true })
  await rename(`${target}.partial`, target)
}

/** Path of a server's database file. */
export function databaseFile(home: string): string {
  return join(home, 'data', 'h2', 'keycloakdb.mv.db')
}
