import { fileURLToPath } from 'node:url'

import { execa } from 'execa'

import { freePort } from '../src/runtime/probe-port.ts'
import type { BenchRuntime } from './contender.ts'
import { IMAGE } from './stock-compose.ts'
import { stockReady } from './stock-ready.ts'

const OURS = fileURLToPath(new URL('./test-files-ours.ts', import.meta.url))

/** More would only wait for each other on a machine of two cores. */
const CONTAINERS_AT_ONCE = 2

/** A whole test run, without the tests: a server of its own, a realm for each file, and all of it removed. */
export async function ourTestFiles(
  runtime: BenchRuntime,
  count: number,
  { folder, cache }: { readonly folder: string; readonly cache: string },
): Promise<void> {
  const env = { MCP_KEYCLOAK_DATA_FOLDER: folder, MCP_KEYCLOAK_CACHE_FOLDER: cache }
  await execa(process.execPath, [OURS, runtime, String(count)], { env, timeout: 300_000 })
}

/**
 * The same with a container for each file, as one does with testcontainers: started with the realm, waited for, removed.
 *
 * @param mayGoOn asked before each container; throws when there is to be no further one
 */
export async function stockTestFiles(count: number, realmFile: string, mayGoOn: () => void): Promise<void> {
  let left = count
  const worker = async () => {
    while (left > 0) {
      left -= 1
      mayGoOn()
      await oneContainer(realmFile)
    }
  }
  const ends = await Promise.allSettled(Array.from({ length: CONTAINERS_AT_ONCE }, worker))
  for (const end of ends) if (end.status === 'rejected') throw end.reason
}

async function oneContainer(realmFile: string): Promise<void> {
  const port = await freePort()
  const { stdout: id } = await execa('docker', [
    ...['run', '--detach', '--publish', `127.0.0.1:${port}:8080`],
    ...['--volume', `${realmFile}:/opt/keycloak/data/import/fastmcp.json:ro`],
    ...['--env', 'KC_BOOTSTRAP_ADMIN_USERNAME=admin', '--env', 'KC_BOOTSTRAP_ADMIN_PASSWORD=benchmark'],
    ...[IMAGE, 'start-dev', '--import-realm'],
  ])
  try {
    await stockReady(port)
  } finally {
    await execa('docker', ['rm', '--force', '--volumes', id])
  }
}
