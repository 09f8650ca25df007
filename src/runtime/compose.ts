import { dirname } from 'node:path'

import { assetPath } from '../assets.ts'
import { previousProjectName, projectName } from '../config/docker-names.ts'
import { dataFolderOf } from '../config/folders.ts'
import { type ServerSettings, serverVariables, startArguments } from '../config/server.ts'
import { McpKeycloakError, throwIfInterrupted } from '../errors.ts'
import { adminFile } from './admin-credentials.ts'
import {
  adminNotRecovered,
  isRefusedOption,
  RECOVERY_OPTIONS,
  RECOVERY_PASSWORD,
  recoveryArguments,
  saysAdminCreated,
} from './admin-recovery.ts'
import { type ComposePlace, findContainer, ownProject, projectOf } from './compose-project.ts'
import { containerLog, keepContainerLog } from './container-log.ts'
import { assertStarting } from './container-state.ts'
import { assertSameEngine, dockerLines, engineId } from './docker.ts'
import { linesOrError, ownDockerProject } from './docker-projects.ts'
import { type RunResult, run } from './exec.ts'
import { findComposeServer } from './find-compose-server.ts'
import { imageName, pullImage } from './keycloak-image.ts'
import { lastLines } from './last-lines.ts'
import { logFile } from './log-file.ts'
import { ownerOf } from './owner.ts'
import { copyPreviousData, purgePrevious, removePrevious } from './previous-project.ts'
import { readIfThere } from './private-file.ts'
import { dockerWords, probeDocker, requireCompose } from './probe-docker.ts'
import type { RunContext, Runtime } from './runtime.ts'

const COMPOSE_FILE = 'compose/keycloak.yaml'

/** Replaces the `.env` of the user's project. Compose 1 refuses `/dev/null`. */
const NO_ENV_FILE = 'compose/empty.env'

const RUNNING = ['--filter', 'status=running']

/** Keycloak's official image in Docker Compose. */
export const composeRuntime: Runtime = {
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
    // Where a server was started before, an engine that does not answer may have it.
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
  recoverAdmin,
  async start(settings, context) {
    const { instance, folder } = context
    const { id } = await ownerOf(dataFolderOf(folder))
    const variables = composeVariables(settings, { instance, owner: id, dataFolder: dataFolderOf(folder) })
    // An interrupted start cannot be undone reliably: Docker still executes it later.
    await composeUp(ownProject(instance, id).name, variables, context.hurry)
    throwIfInterrupted(context.signal)
    return { owner: id }
  },
  async settle(state) {
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
  stop,
  async sweep(place) {
    const wasRunning = (await findContainer(place, RUNNING)) !== undefined
    await removeOneOff(place)
    await stop(place)
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

async function stop(place: ComposePlace, hurry?: AbortSignal): Promise<void> {
  const id = await findContainer(place, ['--all'])
  if (id === undefined) return
  const project = await projectOf(place)
  await run('docker', ['stop', id], { signal: hurry }) // so that the log includes its last lines
  if (hurry?.aborted) await run('docker', ['kill', id])
  await keepContainerLog(id, place.folder)
  await dockerLines('remove the stopped container', ['rm', '--force', id])
  await run('docker', ['network', 'rm', `${project?.name}_default`]) // fails when the user's containers are on it
}

/** Runs Keycloak's recovery command in a separate container with the instance's volumes. */
async function recoverAdmin(
  settings: ServerSettings,
  { instance, folder, signal }: RunContext,
): Promise<void> {
  const dataFolder = dataFolderOf(folder)
  const { id: owner } = await ownerOf(dataFolder)
  const variables = {
    ...composeVariables(settings, { instance, owner, dataFolder }),
    [RECOVERY_PASSWORD]: settings.admin.password,
  }
  const command = ['--env', RECOVERY_PASSWORD, 'keycloak', ...recoveryArguments(settings.admin.username)]
  try {
    for (const options of RECOVERY_OPTIONS) {
      const result = await compose(
        ownProject(instance, owner).name,
        ['run', '--rm', '--no-deps', ...command, ...options],
        variables,
        signal,
      )
      const output = `${result.stdout}\n${result.stderr}`
      if (saysAdminCreated(output)) return
      if (!isRefusedOption(output, options)) throw adminNotRecovered(instance, output)
    }
  } finally {
    await removeOneOff({ instance, folder, owner })
  }
}

/** Removes the containers of recovery commands, which an interrupted one leaves running. */
async function removeOneOff(place: ComposePlace): Promise<void> {
  const project = await projectOf(place)
  if (!project || project.isPrevious) return
  const filter = ['--filter', 'label=com.docker.compose.oneoff=True']
  const ids = await dockerLines('list containers', ['ps', '--all', '--quiet', ...project.filters, ...filter])
  if (ids.length > 0) await dockerLines('remove a container', ['rm', '--force', ...ids])
}

/** All variables of `compose/keycloak.yaml`. */
export function composeVariables(
  settings: ServerSettings,
  { instance, owner, dataFolder }: { instance: string; owner: string; dataFolder: string },
): Readonly<Record<string, string>> {
  return {
    ...serverVariables(settings),
    COMPOSE_PROJECT_NAME: projectName(instance, owner),
    KEYCLOAK_IMAGE: imageName(settings.version),
    KEYCLOAK_VERSION: settings.version,
    KEYCLOAK_ARGUMENTS: startArguments(settings).join(' '),
    KEYCLOAK_PORT: String(settings.port),
    KEYCLOAK_MANAGEMENT_PORT: String(settings.managementPort),
    MCP_KEYCLOAK_OWNER: owner,
    MCP_KEYCLOAK_INSTANCE: instance,
    MCP_KEYCLOAK_DATA_FOLDER: dataFolder,
  }
}

/** Hides the user's variables that Compose or our file would read. */
function foreignVariables(): Readonly<Record<string, undefined>> {
  const names = Object.keys(process.env).filter((name) => /^(COMPOSE|KC|KEYCLOAK|MCP_KEYCLOAK)_/i.test(name))
  return Object.fromEntries(names.map((name) => [name, undefined]))
}

async function compose(
  project: string,
  args: readonly string[],
  variables: Readonly<Record<string, string>>,
  signal: AbortSignal | undefined,
): Promise<RunResult> {
  const [command = 'docker', ...before] = requireCompose(await probeDocker())
  const file = assetPath(COMPOSE_FILE)
  const folder = dirname(file)
  const where = ['--project-directory', folder, '--env-file', assetPath(NO_ENV_FILE), '--file', file]
  const result = await run(command, [...before, '--project-name', project, ...where, ...args], {
    cwd: folder,
    env: { ...foreignVariables(), ...variables },
    signal,
  })
  throwIfInterrupted(signal)
  return result
}

async function composeUp(
  project: string,
  variables: Readonly<Record<string, string>>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const result = await compose(project, ['up', '--detach'], variables, signal)
  if (result.exitCode === 0) return
  throw new McpKeycloakError('COMPOSE_FAILED', {
    what: 'Docker Compose could not start Keycloak.',
    why: dockerWords(result),
    fix: 'Fix what Docker reports, or use a local JDK: mcp-keycloak up --runtime java',
  })
}

/** Runs a bash script inside the instance's container and returns its output; `undefined` when it cannot run. */
export async function saidInContainer(place: ComposePlace, script: string): Promise<string | undefined> {
  const id = await findContainer(place, RUNNING)
  if (id === undefined) return undefined
  const { exitCode, stdout } = await run('docker', ['exec', id, 'bash', '-c', script], { timeoutMs: 10_000 })
  return exitCode === 0 ? stdout : undefined
}

function copiedFolder(original: string): string {
  return `This data folder is a copy of ${original}. Containers and volumes belong to the original: instances begin with an empty Keycloak here.`
}
