import { posix } from 'node:path'

import type { ServerBuild } from '../../config/server.ts'
import { run } from '../exec.ts'
import { BUILD_FOLDER, buildFolder, keepFiles, readKeptFiles } from '../kept-build.ts'
import { tar } from './tar.ts'

/** Keycloak's home in its image. */
export const CONTAINER_HOME = '/opt/keycloak'

const IN_CONTAINER = posix.join(CONTAINER_HOME, BUILD_FOLDER)

/** Owner and mode of Keycloak's files in its image. */
const OF_KEYCLOAK = { mode: 0o664, uid: 1000, gid: 0 }

/** Prints the user's own jars. A build with them is not for other servers. */
const PROVIDERS = `ls ${CONTAINER_HOME}/providers/*.jar 2>/dev/null`

/**
 * Keeps the build of a server for new servers of every runtime, unless the image has providers of its own.
 *
 * @param id a container whose server has answered
 */
export async function keepContainerBuild(id: string, build: ServerBuild, cache: string): Promise<void> {
  await keepFiles(buildFolder(build, cache), async (target) => {
    if (
      (await hasOwnProviders(id)) ||
      (await run('docker', ['cp', `${id}:${IN_CONTAINER}`, target])).exitCode !== 0
    )
      throw new Error('the build cannot be kept')
  })
}

/**
 * Copies a kept build into a new container. Keycloak builds itself without one, or when its options differ.
 *
 * @param id a container before its first start
 */
export async function giveBuild(id: string, build: ServerBuild, cache: string): Promise<void> {
  const kept = await readKeptFiles(buildFolder(build, cache))
  if (kept === undefined) return
  const input = tar([...kept].map(([name, content]) => ({ name, content, ...OF_KEYCLOAK })))
  await run('docker', ['cp', '-', `${id}:${IN_CONTAINER}`], { input })
}

/** Whether a container has the user's own jars, or cannot tell. */
export async function hasOwnProviders(id: string): Promise<boolean> {
  const { exitCode, stdout } = await run('docker', ['exec', id, 'bash', '-c', PROVIDERS])
  return exitCode === 0 || stdout !== ''
}
