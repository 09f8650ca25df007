import type { Stats } from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'

import { McpKeycloakError } from '../../errors.ts'
import { folders, instanceFolder, platformFolders } from '../folders.ts'
import { type Config, type ConfigKey, flagName } from '../schema.ts'
import { shellWord } from '../shell-word.ts'
import { isForeign } from './file-owner.ts'
import { isInside } from './project-paths.ts'
import { isOfKernel } from './read-file.ts'

/** The permission for all users to write. */
const WRITABLE_BY_ALL = 0o002

/**
 * Refuses a path that cannot be a data or cache folder, and a folder that other users of this machine can fill. Servers
 * and passwords in these folders are used. For a folder that does not exist yet, the nearest parent folder is checked.
 *
 * @throws {McpKeycloakError} `STATE_UNWRITABLE`, `CONFIG_UNTRUSTED`
 */
export async function assertOwnFolders(config: Config): Promise<void> {
  const { data, cache } = folders(config)
  await assertOwnFolder(data, 'dataFolder')
  await assertOwnFolder(instanceFolder(data, config.instance), 'dataFolder')
  await assertOwnFolder(cache, 'cacheFolder')
}

/** @param key the option that chooses the folder */
async function assertOwnFolder(folder: string, key: ConfigKey): Promise<void> {
  const place = await nearest(folder)
  const fault = await faultOf(place)
  if (fault !== undefined) throw unusable(folder, `${place.path} ${fault}.`, key)
  if (place.path !== folder || process.getuid === undefined) return
  if (isForeign(place.stats.uid))
    throw untrusted(folder, 'It belongs to another user', chooseOwn(folder, key))
  if (place.stats.mode & WRITABLE_BY_ALL)
    throw untrusted(folder, 'Other users can write to it', chooseInside(folder, key))
}

interface Place {
  readonly path: string
  readonly stats: Stats
}

/** The folder, or the nearest folder above it that exists. */
async function nearest(path: string): Promise<Place> {
  const stats = await stat(path).catch(() => undefined) // a command that needs the folder reports other errors
  return stats === undefined && dirname(path) !== path
    ? nearest(dirname(path))
    : { path, stats: stats ?? (await stat('/')) }
}

async function faultOf({ path, stats }: Place): Promise<string | undefined> {
  if (!stats.isDirectory()) return 'is not a folder'
  // mkdir in /proc fails in a way that keeps Node trying for ever.
  if (await isOfKernel(path)) return 'belongs to the kernel'
  const real = await realpath(path)
  return isInside('/dev', real) && !isInside('/dev/shm', real) ? 'is for devices' : undefined
}

function unusable(folder: string, why: string, key: ConfigKey): McpKeycloakError {
  return new McpKeycloakError('STATE_UNWRITABLE', {
    what: `mcp-keycloak cannot use the folder ${folder}.`,
    why,
    fix: `Choose another folder with ${flagName(key)}.`,
  })
}

function chooseOwn(folder: string, key: ConfigKey): string {
  const { data, cache } = platformFolders()
  const own = key === 'dataFolder' ? data : cache
  return `Choose a folder of your own: ${flagName(key)} ${isInside(own, folder) ? '<folder>' : shellWord(own)}`
}

/** A new folder in it belongs to this user. One that another user puts in its place is refused for its owner. */
function chooseInside(folder: string, key: ConfigKey): string {
  return `Choose a folder inside it: ${flagName(key)} ${shellWord(join(folder, 'mcp-keycloak'))}`
}

function untrusted(folder: string, why: string, fix: string): McpKeycloakError {
  return new McpKeycloakError('CONFIG_UNTRUSTED', {
    what: `The folder ${folder} is not safe to use.`,
    why: `${why}. They could replace servers that run and passwords that are used.`,
    fix,
  })
}
