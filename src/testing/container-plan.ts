import { createHash, randomBytes } from 'node:crypto'
import { join } from 'node:path'

import { folders } from '../config/folders.ts'
import { resolveConfig } from '../config/resolve.ts'
import { type AdminCredentials, adminCredentials } from '../runtime/admin-credentials.ts'
import { withInstanceLock } from '../runtime/instance-lock.ts'
import { freePort } from '../runtime/probe-port.ts'

/** Another run may be writing the password down. */
const WAIT_MS = 10_000

/** Below the ports that the system gives to anybody who asks for one. */
const FIRST_REUSE_PORT = 20_000
const REUSE_PORTS = 5000

/** Where a container is reached, and by whom it is administered. */
export interface ContainerPlan {
  readonly port: number
  readonly managementPort: number
  readonly admin: AdminCredentials
  /** The machine that the engine runs on, as this one reaches it. */
  readonly host: string
}

/** A plan for any host. */
type HostlessPlan = Omit<ContainerPlan, 'host'>

/** Free ports, and a password that nobody guesses. */
export async function freshPlan(): Promise<HostlessPlan> {
  const port = await freePort()
  const managementPort = await freePort()
  return { port, managementPort, admin: { username: 'admin', password: newPassword() } }
}

/**
 * The same ports and password each time: the issuer has the port in it, and a container is found again by what it was
 * made with.
 *
 * @param madeOf what tells one container from another
 */
export async function reusablePlan(madeOf: readonly string[]): Promise<HostlessPlan> {
  const { config } = await resolveConfig()
  const data = join(folders(config).data, 'testcontainers')
  const admin = await withInstanceLock(data, 'reused', { waitMs: WAIT_MS }, () =>
    adminCredentials(data, 'reused'),
  )
  const number = createHash('sha256').update(JSON.stringify(madeOf)).digest().readUInt32BE(0)
  const port = FIRST_REUSE_PORT + 2 * (number % REUSE_PORTS)
  return { port, managementPort: port + 1, admin }
}

function newPassword(): string {
  return randomBytes(18).toString('base64url')
}
