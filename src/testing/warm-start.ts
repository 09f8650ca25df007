import { createHash } from 'node:crypto'

import type { ContainerRuntimeClient } from 'testcontainers'

import { aloneInContainers } from './container-plan.ts'

/** Where Keycloak keeps what it builds of itself at its first start. */
const BUILT_FOLDER = '/opt/keycloak/lib/quarkus'

/** The volume in which containers of one image and one command share what Keycloak has built of itself. */
export function warmVolume(image: string, command: readonly string[]): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([image, command]))
    .digest('hex')
  return `mcp-keycloak-built-${hash.slice(0, 12)}`
}

/** The mount of a warm volume, as the engine takes it. */
export function warmBind(volume: string): string {
  return `${volume}:${BUILT_FOLDER}`
}

/**
 * Starts a container on a warm volume. The first one builds, alone; one that fails leaves no half of it.
 *
 * @returns what `start` returns
 */
export async function startWarm<Started>(
  client: ContainerRuntimeClient,
  volume: string,
  start: () => Promise<Started>,
): Promise<Started> {
  const handle = client.container.dockerode.getVolume(volume)
  const isThere = () => handle.inspect().then(Boolean, () => false)
  const first = await aloneInContainers(async () => {
    if (await isThere()) return undefined
    try {
      return { started: await start() }
    } catch (error) {
      await handle.remove().catch(() => {}) // none was made, or the container is still there
      throw error
    }
  }, volume)
  return first ? first.started : start()
}
