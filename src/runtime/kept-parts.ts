import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'

import { z } from 'zod'

/** Time for the class-data archive: 18 s of CPU time, behind everything else that the machine does. */
export const ARCHIVE_MS = 600_000

/** A part of a server that is kept in the cache for new instances. */
export const keptPartSchema = z.strictObject({
  /** `distribution`, `archive` (the JVM's classes), `build` (Keycloak's own) or `database` (the template). */
  name: z.enum(['distribution', 'archive', 'build', 'database']),
  path: z.string(),
  bytes: z.number(),
})

/** A part of a server that is kept in the cache for new instances. */
export type KeptPart = Readonly<z.infer<typeof keptPartSchema>>

/** Measures the parts that exist. */
export async function keptParts(
  paths: readonly (readonly [name: KeptPart['name'], path: string])[],
): Promise<readonly KeptPart[]> {
  const parts = paths.map(async ([name, path]) => ({ name, path, bytes: await sizeOf(path) }))
  return (await Promise.all(parts)).filter(({ bytes }) => bytes > 0)
}

/** Bytes of a file or of all files in a folder; 0 when it does not exist. */
async function sizeOf(path: string): Promise<number> {
  const found = await lstat(path).catch(() => undefined)
  if (!found?.isDirectory()) return found?.size ?? 0
  const sizes = (await readdir(path)).map((name) => sizeOf(join(path, name)))
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
}
