import { realpath } from 'node:fs/promises'
import { relative } from 'node:path'

import { LABELS, NAME_PREFIX, PROJECT_LABEL } from '../../config/docker-names.ts'
import { run } from '../exec.ts'
import type { InstancePlace } from '../runtime.ts'
import { knownOwner } from '../state/owner.ts'
import type { InstanceState } from '../state/state.ts'
import { projectOf } from './compose-project.ts'
import { dockerLines } from './docker.ts'

const TIMEOUT_MS = 10_000

/** The containers and volumes of one instance of one data folder. */
export interface DockerProject {
  /** Name of the Compose project. */
  readonly project: string
  readonly instance: string
  /** Id of the data folder; `null` for containers and volumes without the label. */
  readonly owner: string | null
  /** Path of the owner's data folder, while it has a container. */
  readonly dataFolder: string | null
  readonly running: boolean
  /** Names of containers, running or not. */
  readonly containers: readonly string[]
  /** Names of volumes. */
  readonly volumes: readonly string[]
}

/** A line of `docker ps` or `docker volume ls`. */
interface Listed extends Pick<DockerProject, 'project' | 'instance' | 'owner' | 'dataFolder' | 'running'> {
  readonly name: string
}

const OF_ALL = [PROJECT_LABEL, LABELS.owner, LABELS.instance, LABELS.dataFolder].map(
  (label) => `{{.Label "${label}"}}`,
)

/** Lists the projects of mcp-keycloak in Docker, of all data folders. */
async function dockerProjects(lines: Lines): Promise<readonly DockerProject[]> {
  const format = (...fields: readonly string[]) => ['--format', [...fields, ...OF_ALL].join('\t')]
  const filter = ['--filter', `name=${NAME_PREFIX}`]
  const [containers, volumes] = await Promise.all([
    list(lines, ['ps', '--all', ...filter, ...format('{{.Names}}', '{{.State}}')]),
    list(lines, ['volume', 'ls', ...filter, ...format('{{.Name}}', '')]),
  ])
  const names = [...new Set([...containers, ...volumes].map(({ project }) => project))].sort()
  return names.map((project) => {
    const own = [...containers, ...volumes].filter((listed) => listed.project === project)
    const namesOf = (all: readonly Listed[]) =>
      all.filter((listed) => listed.project === project).map(({ name }) => name)
    return {
      project,
      instance: own[0]?.instance ?? '',
      owner: own.find(({ owner }) => owner !== null)?.owner ?? null,
      dataFolder: own.find(({ dataFolder }) => dataFolder !== null)?.dataFolder ?? null,
      running: own.some(({ running }) => running),
      containers: namesOf(containers),
      volumes: namesOf(volumes),
    }
  })
}

/** The projects of other data folders. Ephemeral instances have folders inside ours. */
export async function foreignProjects(
  data: string,
  states: readonly Pick<InstanceState, 'instance' | 'runtime' | 'owner'>[],
): Promise<readonly DockerProject[]> {
  const owner = await knownOwner(data)
  const folder = await realpath(data).catch(() => data)
  const isPrevious = (instance: string) =>
    states.some((state) => state.instance === instance && state.runtime === 'compose' && state.owner === null)
  return (await dockerProjects(linesIfAny)).filter((project) => {
    if (project.owner === null) return !isPrevious(project.instance)
    return project.owner !== owner && !isInside(project.dataFolder, folder)
  })
}

/**
 * Lists the containers and volumes of an instance that its data folder owns; `undefined` without any, or when no engine answers.
 *
 * @param lines runs a Docker command
 */
export async function ownDockerProject(
  place: InstancePlace,
  lines: Lines = linesIfAny,
): Promise<DockerProject | undefined> {
  const own = await projectOf(place)
  return (
    own && (await dockerProjects(lines)).find(({ project, owner }) => project === own.name && owner !== null)
  )
}

/** Lists containers or volumes. */
type Lines = (args: readonly string[]) => Promise<readonly string[]>

/** Runs a Docker command; returns nothing when no engine answers. */
async function linesIfAny(args: readonly string[]): Promise<readonly string[]> {
  const { exitCode, stdout } = await run('docker', args, { timeoutMs: TIMEOUT_MS })
  return exitCode === 0 ? stdout.split('\n') : []
}

/** Runs a Docker command; throws when no engine answers, because that engine may have the instance. */
export function linesOrError(args: readonly string[]): Promise<readonly string[]> {
  return dockerLines('list containers and volumes', args, { timeoutMs: TIMEOUT_MS })
}

function isInside(folder: string | null, data: string): boolean {
  if (folder === null) return false
  const path = relative(data, folder)
  return path !== '' && !path.startsWith('..')
}

async function list(lines: Lines, args: readonly string[]): Promise<readonly Listed[]> {
  return (await lines(args)).flatMap((line): Listed[] => {
    const [name = '', state = '', project = '', owner, instance, dataFolder] = line.split('\t')
    if (!project.startsWith(NAME_PREFIX)) return []
    return [
      {
        name,
        project,
        instance: instance || project.slice(NAME_PREFIX.length),
        owner: owner || null,
        dataFolder: dataFolder || null,
        running: state === 'running',
      },
    ]
  })
}
