import { command } from '../../config/command.ts'
import { previousProjectName, projectName } from '../../config/docker-names.ts'
import { dataFolderOf } from '../../config/folders.ts'
import type { ServerBuild, ServerSettings } from '../../config/server.ts'
import { McpKeycloakError, throwIfInterrupted } from '../../errors.ts'
import { bootstrapLines } from '../bootstrap-admin.ts'
import { templateFolder } from '../database-template.ts'
import { type RunResult, run } from '../exec.ts'
import { buildFolder } from '../kept-build.ts'
import { keptParts } from '../kept-parts.ts'
import { lastLines } from '../last-lines.ts'
import { logFile } from '../log-file.ts'
import type { RunContext, Runtime } from '../runtime.ts'
import { adminFile } from '../state/admin-credentials.ts'
import { ownerOf } from '../state/owner.ts'
import { readIfThere } from '../state/private-file.ts'
import { CONTAINER_HOME, giveBuild, keepContainerBuild } from './built-container.ts'
import { compose, composeVariables } from './compose-command.ts'
import { type ComposePlace, findContainer, ownProject, projectOf } from './compose-project.ts'
import { archiveWritten, giveArchive, keepContainerArchive } from './container-archive.ts'
import { containerLog, keepContainerLog } from './container-log.ts'
import { assertStarting } from './container-state.ts'
import { assertSameEngine, dockerLines, engineId } from './docker.ts'
import { linesOrError, ownDockerProject } from './docker-projects.ts'
import { findComposeServer } from './find-compose-server.ts'
import { imageName, pullImage } from './keycloak-image.ts'
import { copyPreviousData, purgePrevious, removePrevious } from './previous-project.ts'
import { dockerWords } from './probe-docker.ts'
import { recoverComposeAdmin, removeOneOff } from './recover-compose-admin.ts'
import { tar } from './tar.ts'
import { giveDatabase, keepContainerDatabase } from './template-container.ts'
import { copyFromVolume, copyToVolume } from './volume-database.ts'

/** Keycloak's configuration file in its image, which has only comments, and the user of the image. */
const CONTAINER_CONFIG_FOLDER = `${CONTAINER_HOME}/conf`
const CONTAINER_CONFIG = { name: 'keycloak.conf', mode: 0o600, uid: 1000, gid: 0 }

const RUNNING = ['--filter', 'status=running']

/** Keycloak's official image in Docker Compose. */
export function composeRuntime({ cache }: { readonly cache: string }): Runtime {
  return {
    name: 'compose',
    prepare: ({ version }, context) => pullImage(version, context),
    carryData: async () => {}, // the volume is the same for every version
    async claim(place, { version }, { onWarning }) {
      const { id, copyOf } = await ownerOf(dataFolderOf(place.folder))
      if (copyOf !== undefined) onWarning(copiedFolder(copyOf))
      const engine = await engineId()
      const own = { owner: id, ...(engine !== undefined && { engine }) }
      if (place.owner !== null) return own
      const project = { name: projectName(place.instance, id), owner: id, version, image: imageName(version) }
      const copiedFrom = await copyPreviousData(place, project)
      return { ...own, ...(copiedFrom !== undefined && { copiedFrom }) }
    },
    async find(place) {
      // An engine that does not answer may have a server that was started before.
      const began = (await readIfThere(adminFile(place.folder))) !== undefined
      const own = await ownDockerProject(place, began ? linesOrError : undefined)
      const found = own && (await findComposeServer(own.containers[0], own.volumes))
      return found && { ...found, owner: own.owner }
    },
    async hasDatabase(place) {
      return ((await ownDockerProject(place, linesOrError))?.volumes ?? []).some((name) =>
        name.endsWith('_data'),
      )
    },
    saveDatabase: copyFromVolume,
    putDatabase: copyToVolume,
    recoverAdmin: recoverComposeAdmin,
    async clearBootstrap(place) {
      const id = await findContainer(place, RUNNING)
      if (id === undefined) return
      const script = `: >${CONTAINER_CONFIG_FOLDER}/${CONTAINER_CONFIG.name}`
      await dockerLines("remove the first administrator's password from the container", [
        'exec',
        id,
        'bash',
        '-c',
        script,
      ])
    },
    async start(settings, context) {
      const { id } = await ownerOf(dataFolderOf(context.folder))
      // An interrupted start cannot be undone reliably: Docker still executes it later.
      await createAndStart(settings, context, { owner: id, cache })
      throwIfInterrupted(context.signal)
      return { owner: id }
    },
    async keepDatabase(state) {
      const id = await findContainer(state, RUNNING)
      if (id !== undefined) await keepContainerDatabase(id, state, cache)
    },
    async finishCache(state, signal) {
      const id = await findContainer(state, RUNNING)
      if (id !== undefined) await archiveWritten(id, signal)
      const archive = id && (await keepContainerArchive(id, state, cache))
      return keptParts([
        ['build', buildFolder(state, cache)],
        ['database', templateFolder(state, cache)],
        ...(archive ? [['archive', archive] as const] : []),
      ])
    },
    async settle(state) {
      const id = await findContainer(state, RUNNING)
      if (id !== undefined) await keepContainerBuild(id, state, cache)
      const { copiedFrom, ...settled } = state
      return copiedFrom === undefined || (await removePrevious(copiedFrom, state)) ? settled : state
    },
    async isRunning(place) {
      if ((await findContainer(place, RUNNING)) !== undefined) return true
      await assertSameEngine(place)
      return false
    },
    async isStarting(state) {
      const id = await findContainer(state, ['--all'])
      return id !== undefined && assertStarting(id, state)
    },
    stop: (place, hurry) => stop(place, cache, hurry),
    async stopStray(place) {
      const wasRunning = (await findContainer(place, RUNNING)) !== undefined
      await removeOneOff(place)
      await stop(place, cache)
      return wasRunning
    },
    async purge(place) {
      const project = await projectOf(place)
      if (project?.isPrevious) return purgePrevious(project, place)
      if (!project) return []
      const volumes = await dockerLines('list volumes', ['volume', 'ls', '--quiet', ...project.filters])
      if (volumes.length > 0) await dockerLines("remove Keycloak's data", ['volume', 'rm', ...volumes])
      return []
    },
    async lastLog(place, lines) {
      const id = await findContainer(place, ['--all'])
      if (id === undefined) return lastLines(logFile(place.folder), lines)
      const { stdout, stderr } = await run('docker', ['logs', '--tail', String(lines), id])
      return `${stdout}\n${stderr}`.split('\n').filter(Boolean)
    },
    log: (place, options) => containerLog(() => findContainer(place, ['--all']), place.folder, options),
    containerUrl: ({ instance, owner }) =>
      `http://keycloak:8080 (on the network ${owner ? projectName(instance, owner) : previousProjectName(instance)}_default)`,
  }
}

async function stop(
  place: ComposePlace & Partial<ServerBuild>,
  cache: string,
  hurry?: AbortSignal,
): Promise<void> {
  const id = await findContainer(place, ['--all'])
  if (id === undefined) return
  const project = await projectOf(place)
  await run('docker', ['stop', id], { signal: hurry }) // so that the log includes its last lines
  if (hurry?.aborted) await run('docker', ['kill', id])
  await keepContainerLog(id, place.folder)
  const { version, features } = place
  if (version !== undefined && features !== undefined && !hurry?.aborted)
    await keepContainerArchive(id, { version, features }, cache)
  await dockerLines('remove the stopped container', ['rm', '--force', id])
  await run('docker', ['network', 'rm', `${project?.name}_default`]) // fails when the user's containers are on it
}

/**
 * Creates the container, copies the administrator into it, and starts it. A variable would be shown by `docker inspect`;
 * a mount requires a folder that the engine may read.
 */
async function createAndStart(
  settings: ServerSettings,
  { instance, folder, signal, hurry }: RunContext,
  { owner, cache }: { readonly owner: string; readonly cache: string },
): Promise<void> {
  const variables = composeVariables(settings, { instance, owner, dataFolder: dataFolderOf(folder) })
  const project = ownProject(instance, owner).name
  const volumes = [`${project}_quarkus-${settings.version}`, `${project}_data`]
  const [isBuilt, hasData] = await Promise.all(volumes.map(hasVolume))
  await started(compose(project, ['up', '--no-start'], variables, { signal: hurry }), signal)
  const id = (await findContainer({ instance, folder, owner }, ['--all'])) ?? ''
  const input = tar([{ ...CONTAINER_CONFIG, content: bootstrapLines(settings.admin) }])
  await started(run('docker', ['cp', '-', `${id}:${CONTAINER_CONFIG_FOLDER}`], { input }), signal)
  if (!isBuilt) await giveBuild(id, settings, cache)
  if (!hasData) {
    await giveDatabase(id, settings, cache)
    await giveArchive(id, settings, cache)
  }
  await started(run('docker', ['start', id], { signal: hurry }), signal)
}

async function hasVolume(name: string): Promise<boolean> {
  return (await run('docker', ['volume', 'inspect', name])).exitCode === 0
}

async function started(running: Promise<RunResult>, signal: AbortSignal | undefined): Promise<void> {
  const result = await running
  if (result.exitCode === 0) return
  throwIfInterrupted(signal) // a killed program also fails
  throw new McpKeycloakError('COMPOSE_FAILED', {
    what: 'Docker Compose could not start Keycloak.',
    why: dockerWords(result),
    fix: `Fix what Docker reports, or use a local JDK: ${command('up', { runtime: 'java' })}`,
  })
}

/** Runs a bash script inside the instance's container and returns its output; `undefined` when it cannot run. */
export async function execInContainer(place: ComposePlace, script: string): Promise<string | undefined> {
  const id = await findContainer(place, RUNNING)
  if (id === undefined) return undefined
  const { exitCode, stdout } = await run('docker', ['exec', id, 'bash', '-c', script], { timeoutMs: 10_000 })
  return exitCode === 0 ? stdout : undefined
}

function copiedFolder(original: string): string {
  return `This data folder is a copy of ${original}. Containers and volumes belong to the original: instances begin with an empty Keycloak here.`
}
