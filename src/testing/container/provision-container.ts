import { rm } from 'node:fs/promises'

import { getContainerRuntimeClient, type StartedTestContainer } from 'testcontainers'

import type { Config } from '../../config/schema.ts'
import { keycloakAt } from '../../instance/instance.ts'
import { findRealmRecord } from '../../keycloak/realms.ts'
import type { LiveServer } from '../../provisioning/live-realm.ts'
import { planRealm } from '../../provisioning/plan-realm.ts'
import { provision } from '../../provisioning/provision.ts'
import type { RunningKeycloak } from '../../runtime/runtime.ts'
import { manageServer, nameTaken } from '../keycloak-server.ts'
import { removeStrayRealms } from '../remove-realm.ts'
import { makeSandbox, removeSandbox } from '../sandbox.ts'
import type { OnLeak } from '../settings.ts'
import { testConfig } from '../test-config.ts'
import type { TestRealm } from '../test-realm.ts'
import { type ContainerPlan, reusedFolder } from './container-plan.ts'
import { lastLog } from './container-readiness.ts'
import type { SharedParts } from './shared-parts.ts'
import { StartedKeycloakContainer } from './started-container.ts'

const QUIET = { onStep: () => {}, signal: undefined }

/** The options for provisioning a container. */
export interface ContainerOptions {
  readonly onLeak: OnLeak
  /** Whether the container may exist already, with its realms. */
  readonly reused: boolean
  /** The parts that containers share; `undefined` for an image of the user. */
  readonly parts: SharedParts | undefined
}

/** The state of a container on this machine. */
interface ContainerState {
  readonly folder: string
  readonly remove: () => Promise<void>
}

/**
 * Creates the realms in a ready container. Stops the container when a realm is refused.
 *
 * @throws {McpKeycloakError} `REALM_INVALID`, `REALM_REFUSED`; `USAGE_INVALID` for two realms with the same name
 */
export async function provisionContainer(
  container: StartedTestContainer,
  plan: ContainerPlan,
  configs: readonly Config[],
  { onLeak, reused, parts }: ContainerOptions,
): Promise<StartedKeycloakContainer> {
  let kept: ContainerState | undefined
  try {
    kept = reused ? await keepForNextStart(plan) : await keepForThisRun()
    const keycloak = keycloakIn(container, plan, kept.folder)
    const managed = manageServer(keycloak, { onLeak })
    const server = await managed.live()
    await parts?.keep(container.getId()) // before the first realm is created
    if (reused) await removeStrayRealms(keycloak, server.admin)
    const make = reused ? provisionAgain : provisionOnce
    const realms: TestRealm[] = []
    for (const config of configs) {
      realms.push(await managed.adopt(await make(server, config)))
    }
    const beforeStop = async () => parts?.keepArchive(container.getId())
    return new StartedKeycloakContainer(container, {
      managed,
      realm: realms[0],
      beforeStop,
      cleanUp: kept.remove,
    })
  } catch (error) {
    // The first error matters. A reused container stays for the next start.
    if (!reused) await Promise.allSettled([container.stop(), kept?.remove()])
    throw error
  }
}

async function keepForThisRun(): Promise<ContainerState> {
  const config = await testConfig()
  const sandbox = await makeSandbox(config)
  return { folder: sandbox.folder, remove: () => removeSandbox(config, sandbox) }
}

async function keepForNextStart(plan: ContainerPlan): Promise<ContainerState> {
  const folder = await reusedFolder(plan)
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) }
}

function keycloakIn(
  container: StartedTestContainer,
  { host, port, admin }: ContainerPlan,
  folder: string,
): RunningKeycloak {
  return {
    ...keycloakAt({ url: `http://${host}:${port}`, admin, folder }),
    lastLog: async (lines) => {
      const client = await getContainerRuntimeClient()
      return lastLog(client.container.getById(container.getId()), lines)
    },
  }
}

async function provisionOnce(server: LiveServer, config: Config) {
  const provisioned = await provision(server.keycloak, config, { ...QUIET, server })
  const { realm, endpoints } = provisioned.report
  if (realm !== 'created') throw nameTaken(endpoints.realm, server.keycloak.url)
  return provisioned
}

/** Keeps the previous realm if its definition is unchanged. Otherwise recreates it. */
async function provisionAgain(server: LiveServer, config: Config) {
  const { admin } = server
  const { realm, record } = await planRealm(config)
  const before = await findRealmRecord(admin, realm.realm)
  if (before !== undefined && before?.hash !== record.hash) await admin.realms.del({ realm: realm.realm })
  return provision(server.keycloak, config, { ...QUIET, server })
}
