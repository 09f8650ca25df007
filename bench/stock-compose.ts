import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'

import { execa } from 'execa'

import { IMAGE_REPOSITORY, PINNED_VERSION } from '../src/config/versions.ts'
import { freePort } from '../src/runtime/probe-port.ts'
import type { Contender } from './contender.ts'
import { containerMemoryMb } from './memory.ts'
import { stockReady } from './stock-ready.ts'

const COMPOSE_FILE = fileURLToPath(new URL('./stock-compose.yaml', import.meta.url))

/** The image that both sides run. */
export const IMAGE = `${IMAGE_REPOSITORY}:${PINNED_VERSION}`

/**
 * `docker compose up --detach --wait` of the official image with `start-dev --import-realm`.
 *
 * @param realmFile the realm to import, readable by everybody: the server's user inside the container is not ours
 */
export async function stockCompose(realmFile: string): Promise<Contender> {
  const project = `mcp-keycloak-bench-${randomUUID().slice(0, 8)}`
  const port = await freePort()
  const env = { KEYCLOAK_IMAGE: IMAGE, KEYCLOAK_PORT: String(port), REALM_FILE: realmFile }
  const compose = (...args: readonly string[]) =>
    execa('docker', ['compose', '--project-name', project, '--file', COMPOSE_FILE, ...args], { env })
  const up = async () => void (await compose('up', '--detach', '--wait'))
  const wipe = async () => void (await compose('down', '--volumes'))
  return {
    side: 'stock',
    runtime: 'compose',
    up,
    down: async () => void (await compose('down')),
    wipe,
    async reset() {
      await wipe()
      await up()
      return {}
    },
    settle: () => stockReady(port), // healthy, and the realm is there
    forget: async () => {}, // the container is new each time
    memoryMb: () => containerMemoryMb(project),
    dispose: wipe,
  }
}
