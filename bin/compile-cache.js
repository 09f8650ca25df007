import { mkdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'

import envPaths from 'env-paths'

/**
 * Returns the folder for Node's compiled code. Node's own choice is a folder with a known name in the temporary folder,
 * where another user can put code first.
 *
 * @returns `undefined` when there is no folder that only this user can write to
 */
export function compileCacheFolder() {
  const { cache } = envPaths('mcp-keycloak', { suffix: '' })
  const folder = join(cache, 'compiled')
  try {
    // One by one: a recursive mkdir never ends in /proc.
    for (const one of [dirname(cache), cache, folder]) makeIfMissing(one)
    return [cache, folder].every(isOwn) ? folder : undefined
  } catch {
    return undefined
  }
}

function makeIfMissing(folder) {
  try {
    mkdirSync(folder, 0o700)
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
  }
}

function isOwn(folder) {
  if (process.getuid === undefined) return true // Windows: the folder is in the user's profile
  const { uid, mode } = statSync(folder)
  return uid === process.getuid() && (mode & 0o022) === 0
}
