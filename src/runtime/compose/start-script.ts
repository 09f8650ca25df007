import { posix } from 'node:path'

import { readAsset } from '../../assets.ts'
import { CONTAINER_HOME } from './built-container.ts'

/** The folder of the class-data archives in a container. */
export const ARCHIVE_FOLDER = posix.join(CONTAINER_HOME, 'data', 'archive')

/**
 * The arguments with which bash runs `start-keycloak.sh` in a container. Those of `kc.sh` follow.
 *
 * @param before a line of the script to run first
 */
export async function startScript(before = ''): Promise<readonly string[]> {
  const script = await readAsset('compose/start-keycloak.sh')
  return ['-c', `${before}${script}`, 'start-keycloak.sh', CONTAINER_HOME, ARCHIVE_FOLDER]
}
