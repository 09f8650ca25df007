import { cp, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'

import type { ServerBuild } from '../../config/server.ts'
import { McpKeycloakError, throwIfInterrupted } from '../../errors.ts'
import { assertDiskRoom } from '../disk.ts'
import { buildFolder } from '../kept-build.ts'
import type { RunContext } from '../runtime.ts'
import { unwritable } from '../state/private-file.ts'
import { hasProviders, takeBuild } from './built-server.ts'
import { cachedDistribution, homeVersion } from './distribution.ts'

/** Free space for an unpacked server with its build and database: about 400 MB. */
const SERVER_BYTES = 450_000_000

/** The source of Keycloak's distribution. */
export interface ServerSource {
  readonly cache: string
  /** Folder of an unpacked distribution to use instead. */
  readonly keycloakHome: string | undefined
}

/**
 * Installs a server for an instance, completely or not at all, unless it has one of that version.
 *
 * @throws {McpKeycloakError} `CONFIG_INVALID` for a home of another version; `DISTRIBUTION_UNAVAILABLE`,
 * `DISTRIBUTION_CORRUPT`, `DISK_FULL`, `STATE_UNWRITABLE`, `INTERRUPTED`
 */
export async function installServer(
  build: ServerBuild,
  { cache, keycloakHome }: ServerSource,
  context: RunContext,
): Promise<void> {
  const { version } = build
  const home = serverHome(context.folder, version)
  if ((await homeVersion(home)) === version) return
  await assertDiskRoom(context.folder, SERVER_BYTES, `the server of instance "${context.instance}"`)
  if (keycloakHome !== undefined) return copyServer(keycloakHome, home, version, context)
  await installDistribution(version, home, cache, context)
  await takeBuild(buildFolder(build, cache), home)
}

/** Unpacks a distribution once for all instances, or for this one alone where the cache cannot be written. */
async function installDistribution(
  version: string,
  home: string,
  cache: string,
  context: RunContext,
): Promise<void> {
  const { signal } = context
  const shared = await import('./shared-distribution.ts') // a server that is installed needs none of it
  const folder = shared.sharedDistribution(version, cache)
  const install = () => couldWrite(shared.installShared(folder, home, signal), signal)
  const step = `Unpacking Keycloak ${version}`
  context.onStep(step)
  if ((await shared.isUnchanged(folder)) && (await install())) return
  const zip = await cachedDistribution(version, cache, context)
  context.onStep(step)
  try {
    const isShared = await couldWrite(shared.shareDistribution(zip, folder, signal), signal)
    // Another process may have unpacked the distribution meanwhile, and removed the zip.
    if ((isShared || (await shared.isUnchanged(folder))) && (await install())) return
    const { unpack } = await import('./unpack.ts')
    await unpack(zip, home, signal)
  } catch (error) {
    throwIfInterrupted(signal)
    throw isOfSystem(error) ? unwritable(home, error) : corrupt(zip, error)
  }
}

/** Returns `false` for an error of the disk, and throws any other. */
async function couldWrite(work: Promise<void>, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    await work
    return true
  } catch (error) {
    throwIfInterrupted(signal)
    if (isOfSystem(error) || error instanceof McpKeycloakError) return false
    throw error
  }
}

/** The folder of an instance's server. */
export function serverHome(folder: string, version: string): string {
  return join(folder, `keycloak-${version}`)
}

/**
 * Removes an instance's servers of other versions, after its data was migrated. A server with the user's own providers
 * stays, and so do files that cannot be removed.
 */
export async function removeOutlived(folder: string, version: string): Promise<void> {
  const names = await readdir(folder).catch(() => [])
  const homes = names.filter((name) => name.startsWith('keycloak-')).map((name) => join(folder, name))
  for (const home of homes)
    if (home !== serverHome(folder, version) && !(await hasProviders(home)))
      await rm(home, { recursive: true, force: true }).catch(() => {})
}

/** Copies a distribution, because a server has its build and its database inside its folder. */
async function copyServer(source: string, home: string, version: string, context: RunContext): Promise<void> {
  const found = await homeVersion(source)
  if (found !== version) {
    throw new McpKeycloakError('CONFIG_INVALID', {
      what: `${source} is not Keycloak ${version}.`,
      why: found ? `It is Keycloak ${found}.` : 'It has no version.txt with a Keycloak version.',
      fix: found
        ? `Add --keycloak-version ${found}, or remove --keycloak-home.`
        : 'Name the folder of an unpacked Keycloak.',
    })
  }
  context.onStep(`Copying Keycloak ${version} from ${source}`)
  try {
    await rm(`${home}.partial`, { recursive: true, force: true })
    await cp(source, `${home}.partial`, {
      recursive: true,
      dereference: true, // nothing is written through a link into the user's distribution
      preserveTimestamps: true, // as in unpack.ts
      filter: (path) => !context.signal?.aborted && path !== join(source, 'data'),
    })
    throwIfInterrupted(context.signal)
    await rename(`${home}.partial`, home)
  } catch (error) {
    await rm(`${home}.partial`, { recursive: true, force: true }).catch(() => {})
    throwIfInterrupted(context.signal)
    throw unwritable(home, error)
  }
}

/** Whether an error is one of the disk, such as a missing permission, and not of a broken archive. */
function isOfSystem(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).syscall !== undefined
}

function corrupt(zip: string, cause: unknown): McpKeycloakError {
  return new McpKeycloakError('DISTRIBUTION_CORRUPT', {
    what: `${zip} cannot be unpacked.`,
    why: (cause as Error).message,
    fix: 'Delete the file and run the command again, which downloads it again.',
    cause,
  })
}
