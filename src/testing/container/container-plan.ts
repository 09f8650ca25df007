import { createHash, randomBytes } from 'node:crypto'
import { join } from 'node:path'

import { folders } from '../../config/folders.ts'
import { freePort } from '../../runtime/probe-port.ts'
import { type AdminCredentials, adminCredentials } from '../../runtime/state/admin-credentials.ts'
import { withInstanceLock } from '../../runtime/state/instance-lock.ts'
import { ownerOf } from '../../runtime/state/owner.ts'
import { testConfig } from '../test-config.ts'

/** How long another process may take to start a container, the pull of its image included. */
const START_MS = 600_000

/** Below the ports that the system gives to anybody who asks for one. */
const FIRST_REUSE_PORT = 20_000
const REUSE_PORTS = 5000

/** What containers that are found again have in common on this machine. */
const REUSED = 'reused'

/** Ports of this machine. */
export interface Ports {
  readonly port: number
  readonly managementPort: number
}

/** Where a container is reached, and by whom it is administered. */
export interface ContainerPlan extends Ports {
  readonly admin: AdminCredentials
  /** The machine that the engine runs on, as this one reaches it. */
  readonly host: string
}

/** Ports that nobody has. */
export async function freePorts(): Promise<Ports> {
  return { port: await freePort(), managementPort: await freePort() }
}

/**
 * The same ports each time: the issuer has the port in it, and a container is found again by all that it was made with.
 *
 * @param madeOf what tells one container from another
 */
export function reusedPorts(madeOf: unknown): Ports {
  const number = createHash('sha256').update(JSON.stringify(madeOf)).digest().readUInt32BE(0)
  const port = FIRST_REUSE_PORT + 2 * (number % REUSE_PORTS)
  return { port, managementPort: port + 1 }
}

/** An administrator with a password that nobody guesses. */
export function newAdmin(): AdminCredentials {
  return { username: 'admin', password: randomBytes(18).toString('base64url') }
}

/** The same administrator each time; to be asked for under the lock of {@link aloneInContainers}. */
export async function reusedAdmin(): Promise<AdminCredentials> {
  return adminCredentials(await containerData(), REUSED)
}

/** Where things of a container that is found again are kept. */
export async function reusedFolder({ port }: Ports): Promise<string> {
  return join(await containerData(), REUSED, String(port))
}

/**
 * Does some work while no other process of this machine does the same.
 *
 * @param what a volume that is written; default: containers that are found again
 * @throws {McpKeycloakError} `INSTANCE_BUSY` when the other one is not done in ten minutes
 */
export async function aloneInContainers<Result>(
  work: () => Promise<Result>,
  what: string = REUSED,
): Promise<Result> {
  return withInstanceLock(await containerData(), what, { waitMs: START_MS }, work)
}

/** Id of the data folder that owns the volumes. */
export async function volumeOwner(): Promise<string> {
  return (await ownerOf(folders(await testConfig()).data)).id
}

async function containerData(): Promise<string> {
  return join(folders(await testConfig()).data, 'testcontainers')
}
