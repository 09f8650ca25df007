import { LABELS, PROJECT_LABEL, previousProjectName, projectName } from '../../config/docker-names.ts'
import { parseJson } from '../../config/files/parse-json.ts'
import { dataFolderOf } from '../../config/folders.ts'
import type { InstancePlace, ServerHandle } from '../runtime.ts'
import { adminCredentialsSchema, adminFile } from '../state/admin-credentials.ts'
import { knownOwner } from '../state/owner.ts'
import { readIfThere } from '../state/private-file.ts'
import { dockerLines } from './docker.ts'

/** Limit for an engine that hangs, so that `status` does not hang. */
const LIST_TIMEOUT_MS = 20_000

const SERVICE = 'label=com.docker.compose.service=keycloak'

/** A container of `compose run`, as for the recovery of an administrator, is not the server. */
const ID_AND_ONE_OFF = '{{.ID}} {{.Label "com.docker.compose.oneoff"}}'

/** An instance's place, and the owner that its state has. */
export type ComposePlace = InstancePlace & Pick<ServerHandle, 'owner'>

/** The Compose project of an instance. */
export interface ComposeProject {
  readonly name: string
  /** Docker's filters for the project's containers and volumes. */
  readonly filters: readonly string[]
  /** Whether an earlier version created it, without an owner label. */
  readonly isPrevious: boolean
}

/** Finds the Compose project of an instance; `undefined` when its data folder has nothing in Docker. */
export async function projectOf(place: ComposePlace): Promise<ComposeProject | undefined> {
  if (place.owner === null) {
    const name = previousProjectName(place.instance)
    return { name, filters: filters(`${PROJECT_LABEL}=${name}`), isPrevious: true }
  }
  const owner = await knownOwner(dataFolderOf(place.folder))
  return owner === undefined ? undefined : ownProject(place.instance, owner)
}

/** The Compose project of an owner's instance. */
export function ownProject(instance: string, owner: string): ComposeProject {
  const name = projectName(instance, owner)
  const labels = [`${LABELS.owner}=${owner}`, `${PROJECT_LABEL}=${name}`]
  return { name, filters: filters(...labels), isPrevious: false }
}

/**
 * Finds the instance's container, never another owner's.
 *
 * @param filters additional Docker filters
 * @throws {McpKeycloakError} `DOCKER_MISSING`, `DOCKER_NOT_RUNNING`
 */
export async function findContainer(
  place: ComposePlace,
  filters: readonly string[],
): Promise<string | undefined> {
  const project = await projectOf(place)
  if (!project) return undefined
  const args = ['ps', ...project.filters, '--filter', SERVICE, ...filters, '--format', ID_AND_ONE_OFF]
  const lines = await dockerLines('list containers', args, { timeoutMs: LIST_TIMEOUT_MS })
  const [id] = lines
    .map((line) => line.split(' '))
    .flatMap(([id, oneOff]) => (oneOff === 'True' ? [] : (id ?? [])))
  if (id === undefined || !project.isPrevious) return id
  return (await hasOurPassword(id, place.folder)) ? id : undefined
}

/** Whether a container without an owner label has this instance's administrator password, and so belongs to it. */
async function hasOurPassword(id: string, folder: string): Promise<boolean> {
  const { data: admin } = adminCredentialsSchema.safeParse(
    parseJson((await readIfThere(adminFile(folder))) ?? ''),
  )
  const [config = ''] = await dockerLines('inspect a container', [
    'inspect',
    '--format',
    '{{json .Config}}',
    id,
  ])
  const { Labels: labels, Env: env } = parseJson(config) as {
    readonly Labels?: Readonly<Record<string, string>> | null
    readonly Env?: readonly string[] | null
  }
  if (admin === undefined || labels?.[LABELS.owner]) return false
  return env?.includes(`KC_BOOTSTRAP_ADMIN_PASSWORD=${admin.password}`) === true
}

function filters(...labels: readonly string[]): readonly string[] {
  return labels.flatMap((label) => ['--filter', `label=${label}`])
}
