import { stat } from 'node:fs/promises'

import { command } from '../../config/command.ts'
import { LABELS, PROJECT_LABEL, previousProjectName } from '../../config/docker-names.ts'
import { McpKeycloakError } from '../../errors.ts'
import { run } from '../exec.ts'
import { adminFile } from '../state/admin-credentials.ts'
import { type ComposePlace, type ComposeProject, findContainer } from './compose-project.ts'
import { dockerLines } from './docker.ts'

/** The target of a copy of an earlier version's volumes. */
interface Copy {
  readonly name: string
  readonly owner: string
  readonly version: string
  /** An image with the program `cp`. */
  readonly image: string
}

/**
 * Copies an earlier version's data and built server into the instance's own volumes. The originals stay until the
 * administrator has logged in, which proves that they are ours.
 *
 * @returns the earlier version's Compose project; `undefined` when there is nothing to copy
 * @throws {McpKeycloakError} `INSTANCE_BUSY` while a container uses the original, `COMPOSE_FAILED`
 */
export async function copyPreviousData({ instance }: ComposePlace, copy: Copy): Promise<string | undefined> {
  const project = previousProjectName(instance)
  const volumes = await ownerlessVolumes(project)
  const data = `${project}_data`
  if (!volumes.includes(data)) return undefined
  const user = ['ps', '--filter', `volume=${data}`, '--format', '{{.Names}}']
  const [container] = await dockerLines('list containers', user)
  if (container !== undefined) throw inUse(instance, data, container)
  const built = `quarkus-${copy.version}`
  await copyVolume(data, { ...copy, instance, volume: 'data', to: `${copy.name}_data` })
  if (volumes.includes(`${project}_${built}`))
    await copyVolume(`${project}_${built}`, {
      ...copy,
      instance,
      volume: 'quarkus',
      to: `${copy.name}_${built}`,
    })
  return project
}

async function copyVolume(
  from: string,
  { name, owner, instance, image, volume, to }: Copy & { instance: string; volume: string; to: string },
): Promise<void> {
  const labels = {
    [PROJECT_LABEL]: name,
    'com.docker.compose.volume': volume,
    [LABELS.owner]: owner,
    [LABELS.instance]: instance,
  }
  const own = ['--filter', `label=${LABELS.owner}=${owner}`, '--filter', `name=^${to}$`]
  const [partial] = await dockerLines('list volumes', ['volume', 'ls', '--quiet', ...own])
  if (partial !== undefined) await dockerLines('remove a volume', ['volume', 'rm', partial]) // left by a killed copy
  const labelled = Object.entries(labels).flatMap(([key, value]) => ['--label', `${key}=${value}`])
  await dockerLines('create a volume', ['volume', 'create', ...labelled, to])
  const mounts = ['--volume', `${from}:/from:ro`, '--volume', `${to}:/to`]
  const program = ['--user', '0', '--network', 'none', '--entrypoint', 'cp', image, '-a', '/from/.', '/to/']
  await dockerLines(`copy the volume ${from}`, ['run', '--rm', ...mounts, ...program])
}

/**
 * Removes an earlier version's volumes of an instance, after their data was copied and proved to be ours.
 *
 * @returns whether they are removed; volumes in use by another data folder's container stay
 */
export async function removePrevious(project: string, place: ComposePlace): Promise<boolean> {
  const container = await findContainer({ ...place, owner: null }, ['--all', '--filter', 'status=exited'])
  if (container !== undefined) await run('docker', ['rm', container])
  await run('docker', ['network', 'rm', `${project}_default`])
  const volumes = await ownerlessVolumes(project)
  return volumes.length === 0 || (await run('docker', ['volume', 'rm', ...volumes])).exitCode === 0
}

/**
 * Removes the volumes that an earlier version created for an instance, unless another data folder owns them.
 *
 * @returns reasons why volumes were kept
 */
export async function purgePrevious(
  { name }: ComposeProject,
  { instance, folder }: ComposePlace,
): Promise<readonly string[]> {
  const volumes = await ownerlessVolumes(name)
  const [first] = volumes
  if (first === undefined) return []
  const created = await dockerLines('inspect a volume', [
    'volume',
    'inspect',
    '--format',
    '{{.CreatedAt}}',
    first,
  ])
  const mtimeMs = await stat(adminFile(folder)).then(
    (file) => file.mtimeMs,
    () => Number.POSITIVE_INFINITY, // nothing proves that they are ours
  )
  // Whole seconds in Docker. Our password is older than our database.
  if (Date.parse(created[0] ?? '') + 1000 < mtimeMs) {
    return [
      `Docker's ${volumes.join(', ')} stays: an earlier version created it for another data folder with an instance "${instance}".`,
    ]
  }
  for (const volume of volumes) await dockerLines('remove a volume', ['volume', 'rm', volume])
  return []
}

/** Lists the volumes of a Compose project without an owner label. */
async function ownerlessVolumes(project: string): Promise<readonly string[]> {
  const format = `{{.Label "${LABELS.owner}"}} {{.Name}}`
  const args = ['volume', 'ls', '--filter', `label=${PROJECT_LABEL}=${project}`, '--format', format]
  const lines = await dockerLines('list volumes', args)
  return lines.filter((line) => line.startsWith(' ')).map((line) => line.trim())
}

function inUse(instance: string, volume: string, container: string): McpKeycloakError {
  return new McpKeycloakError('INSTANCE_BUSY', {
    what: `The data of instance "${instance}" is in use by another data folder's Keycloak.`,
    why: `An earlier version of mcp-keycloak had one volume for both, ${volume}; the container "${container}" uses it.`,
    fix: `Run "${command('down', { instance, dataFolder: '<folder>' })}" with that other data folder, then ${command('up', { instance })} here; or begin with an empty Keycloak: ${command('up', { instance: '<name>' })}`,
  })
}
