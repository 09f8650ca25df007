import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { freePort } from '../../../src/runtime/probe-port.ts'
import { cli, START_MS } from './cli.ts'

/** Options of an instance that is a test's own: apart from the user's in name, port and folder. */
export interface TestInstance {
  readonly env: Readonly<Record<string, string>>
  readonly name: string
  readonly port: number
  /** The folder of its state, log and data. */
  readonly folder: string
  /** Stops it and removes all that it left. */
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Options for a new instance; nothing is started.
 *
 * @param parent the folder for its data folder
 */
export async function testInstance(
  runtime: 'java' | 'compose' | 'auto',
  parent = tmpdir(),
): Promise<TestInstance> {
  const dataFolder = await mkdtemp(join(parent, 'mcp-keycloak-e2e-'))
  const name = `test-${randomUUID().slice(0, 8)}`
  const port = await freePort()
  const env = {
    MCP_KEYCLOAK_INSTANCE: name,
    MCP_KEYCLOAK_DATA_FOLDER: dataFolder,
    MCP_KEYCLOAK_PORT: String(port),
    MCP_KEYCLOAK_RUNTIME: runtime,
    MCP_KEYCLOAK_TIMEOUT: String(START_MS / 1000 - 20),
  }
  return {
    env,
    name,
    port,
    folder: join(dataFolder, 'instances', name),
    async [Symbol.asyncDispose]() {
      await cli(['down', '--purge', '--yes'], { env })
      await rm(dataFolder, { recursive: true, force: true })
    },
  }
}
