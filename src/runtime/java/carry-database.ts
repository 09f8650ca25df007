import { cp, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Copies the database of an instance's server to another server of the same instance. Both are stopped. Keycloak migrates
 * the copy to its own version when it starts.
 *
 * @param from folder of the server with the database
 * @param to folder of the server that gets the copy, which replaces its own database
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
