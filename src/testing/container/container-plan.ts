import { createHash, randomBytes } from 'node:crypto'
import { join } from 'node:path'

import { folders } from '../../config/folders.ts'
import { freePort } from '../../runtime/probe-port.ts'
import { type AdminCredentials, adminCredentials } from '../../runtime/state/admin-credentials.ts'
import { withInstanceLock } from '../../runtime/state/instance-lock.ts'
import { ownerOf } from '../../runtime/state/owner.ts'
import { testConfig } from '../test-config.ts'

/** Maximum time for another process to start a container, including the pull of its image. */
const START_MS = 600_000

/** First of the ports for reuse, below the ports that the system assigns automatically. */
const FIRST_REUSE_PORT = 20_000
const REUSE_PORTS = 5000

/** The name that all reused containers share on this machine. */
const REUSED = 'reused'

/** Ports on this machine. */
export interface Ports {
  readonly port: number
  readonly managementPort: number
}

/** Address and administrator of a container. */
export interface ContainerPlan extends Ports {
  readonly admin: AdminCredentials
  /** The host name of the engine's machine, as seen from this one. */
  readonly host: string
}

/** Returns free ports. */
export async function freePorts(): Promise<Ports> {
  return { port: await freePort(), managementPort: await freePort() }
}

/**
 * Returns the same ports for the same input. The issuer has the port in it, and a reused container must have all the
 * same settings.
 *
 * @param madeOf the properties that distinguish one container from another
 */
export function reusedPorts(madeOf: unknown): Ports {
  const number = createHash('sha256').update(JSON.stringify(madeOf)).digest().readUInt32BE(0)
  const port = FIRST_REUSE_PORT + 2 * (number % REUSE_PORTS)
  return { port, managementPort: port + 1 }
}

/** Creates an administrator with a random password. */
export function newAdmin(): AdminCredentials {
  return { username: 'admin', password: randomBytes(18).toString('base64url') }
}

/** Returns the same administrator each time. Call it under the lock of {@link aloneInContainers}. */
export async function reusedAdmin(): Promise<AdminCredentials> {
  return adminCredentials(await containerData(), REUSED)
}

/** Returns the folder for a reused container's state. */
export async function reusedFolder({ port }: Ports): Promise<string> {
  return join(await containerData(), REUSED, String(port))
}

/**
 * Does work under a lock across the processes of this machine.
 *
 * @param what the volume that is written; default: reused containers
 * @throws {McpKeycloakError} `INSTANCE_BUSY` when another process holds the lock for ten minutes
 */
export async function aloneInContainers<Result>(
  work: () => Promise<Result>,
  what: string = REUSED,
): Promise<Result> {
  return withInstanceLock(await containerData(), what, { waitMs: START_MS }, work)
}

/** Returns the id of the data folder that owns the volumes. */
export async function volumeOwner(): Promise<string> {
  return (await ownerOf(folders(await testConfig()).data)).id
}

async function containerData(): Promise<string> {
  return join(folders(await testConfig()).data, 'testcontainers')
}
