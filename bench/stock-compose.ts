import { randomUUID } from 'node:crypto'
import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { execa } from 'execa'

import { IMAGE_REPOSITORY, PINNED_VERSION } from '../src/config/versions.ts'
import { freePort } from '../src/runtime/probe-port.ts'
import type { Contender } from './contender.ts'
import { containerMemoryMb } from './memory.ts'

const COMPOSE_FILE = fileURLToPath(new URL('./stock-compose.yaml', import.meta.url))

/**
 * `docker compose up -d --wait` of the official image with `start-dev --import-realm`.
 *
 * @param folder an empty folder
 * @param realm the realm to import: JSON
 */
export async function stockCompose(folder: string, realm: string): Promise<Contender> {
  const project = `mcp-keycloak-bench-${randomUUID().slice(0, 8)}`
  const realmFile = join(folder, 'fastmcp.json')
  await writeFile(realmFile, realm)
  await chmod(folder, 0o755) // the server's user inside the container is not ours
  const env = {
    KEYCLOAK_IMAGE: `${IMAGE_REPOSITORY}:${PINNED_VERSION}`,
    KEYCLOAK_PORT: String(await freePort()),
    REALM_FILE: realmFile,
  }
  const compose = (...args: readonly string[]) =>
    execa('docker', ['compose', '--project-name', project, '--file', COMPOSE_FILE, ...args], { env })
  const contender: Contender = {
    side: 'stock',
    runtime: 'compose',
    async up() {
      await compose('up', '--detach', '--wait')
    },
    async down() {
      await compose('down')
    },
    async purge() {
      await compose('down', '--volumes')
    },
    async reset() {
      await contender.purge()
      await contender.up()
      return {}
    },
    settle: async () => {},
    memoryMb: () => containerMemoryMb(project),
  }
  return contender
}
