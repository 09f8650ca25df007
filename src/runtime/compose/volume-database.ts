import { chmod, rename, rm } from 'node:fs/promises'
import { posix } from 'node:path'

import { ONE_OFF_LABEL } from '../../config/docker-names.ts'
import { DATABASE_FILE } from '../database-template.ts'
import { run } from '../exec.ts'
import type { InstanceState } from '../state/state.ts'
import { CONTAINER_HOME } from './built-container.ts'
import { projectOf } from './compose-project.ts'
import { dockerLines } from './docker.ts'
import { imageName } from './keycloak-image.ts'

const DATA = posix.join(CONTAINER_HOME, 'data')
const DATABASE = posix.join(DATA, 'h2', DATABASE_FILE)

/** Puts the copied file in the place of the database. Keycloak's user has the id 1000 in its image. */
const PUT = `chown 1000:0 ${DATABASE}.new && chmod 644 ${DATABASE}.new && mv -f ${DATABASE}.new ${DATABASE}`

/**
 * Copies the database from the volume of a stopped server to a file, completely or not at all.
 *
 * @throws {McpKeycloakError} `COMPOSE_FAILED`
 */
export async function copyFromVolume(state: InstanceState, file: string): Promise<void> {
  const partial = `${file}.partial`
  try {
    await withHelper(state, 'true', (id) =>
      dockerLines('copy the database', ['cp', `${id}:${DATABASE}`, partial]),
    )
    await chmod(partial, 0o600)
    await rename(partial, file)
  } finally {
    await rm(partial, { force: true })
  }
}

/**
 * Replaces the database in the volume of a stopped server by a copy of a file, completely or not at all.
 *
 * @throws {McpKeycloakError} `COMPOSE_FAILED`
 */
export async function copyToVolume(state: InstanceState, file: string): Promise<void> {
  await withHelper(state, PUT, async (id) => {
    await dockerLines('copy the database', ['cp', file, `${id}:${DATABASE}.new`])
    await dockerLines('replace the database', ['start', '--attach', id])
  })
}

/** Creates a container with the volume that runs a script, and removes it afterwards. */
async function withHelper(
  state: InstanceState,
  script: string,
  work: (id: string) => Promise<unknown>,
): Promise<void> {
  const project = await projectOf(state)
  if (!project) throw new Error('an instance with a database has a project')
  const labels = project.filters.filter((word) => word.startsWith('label=')).map((word) => word.slice(6))
  const labelled = [...labels, ONE_OFF_LABEL].flatMap((label) => ['--label', label])
  const mount = ['--user', '0', '--network', 'none', '--volume', `${project.name}_data:${DATA}`]
  const program = ['--entrypoint', 'bash', imageName(state.version), '-c', script]
  const [id = ''] = await dockerLines('create a container', ['create', ...labelled, ...mount, ...program])
  try {
    await work(id)
  } finally {
    await run('docker', ['rm', '--force', id])
  }
}
