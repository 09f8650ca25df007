import { createHash } from 'node:crypto'

import type { ContainerRuntimeClient } from 'testcontainers'

import { LABELS, shortOwner } from '../../config/docker-names.ts'
import { McpKeycloakError } from '../../errors.ts'
import { aloneInContainers } from './container-plan.ts'

/** The folder of Keycloak's build from its first start. */
const BUILT_FOLDER = '/opt/keycloak/lib/quarkus'

/**
 * Returns the volume with Keycloak's build. Containers of one image, one command and one data folder share it.
 *
 * @param owner id of the data folder
 */
export function warmVolume(image: string, command: readonly string[], owner: string): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([image, command]))
    .digest('hex')
  return `mcp-keycloak-built-${hash.slice(0, 12)}-${shortOwner(owner)}`
}

/** Returns the mount of a warm volume in the engine's format. */
export function warmBind(volume: string): string {
  return `${volume}:${BUILT_FOLDER}`
}

/**
 * Starts a container on a warm volume. Only the first one builds. If it fails, its volume is removed.
 *
 * @returns the result of `start`
 * @throws {McpKeycloakError} `COMPOSE_FAILED` when another data folder owns a volume with that name
 */
export async function startWarm<Started>(
  client: ContainerRuntimeClient,
  volume: string,
  owner: string,
  start: () => Promise<Started>,
): Promise<Started> {
  const { dockerode } = client.container
  const handle = dockerode.getVolume(volume)
  const first = await aloneInContainers(async () => {
    const found = await handle.inspect().catch(() => undefined)
    if (found && found.Labels?.[LABELS.owner] !== owner) throw foreignVolume(volume)
    if (found) return undefined
    await dockerode.createVolume({ Name: volume, Labels: { [LABELS.owner]: owner } })
    try {
      return { started: await start() }
    } catch (error) {
      await handle.remove().catch(() => {}) // the container still exists
      throw error
    }
  }, volume)
  return first ? first.started : start()
}

function foreignVolume(volume: string): McpKeycloakError {
  return new McpKeycloakError('COMPOSE_FAILED', {
    what: `The volume ${volume} belongs to another data folder.`,
    why: `It does not have this data folder's label ${LABELS.owner}.`,
    fix: 'Leave out withWarmStart(), or use another data folder: MCP_KEYCLOAK_DATA_FOLDER.',
  })
}
