import { getContainerRuntimeClient, type StartedTestContainer } from 'testcontainers'

import { resolveConfig } from '../config/resolve.ts'
import type { Config } from '../config/schema.ts'
import { findRealmRecord } from '../keycloak/realms.ts'
import { externalKeycloak } from '../operations/instance.ts'
import { planRealm } from '../operations/plan-realm.ts'
import { type Acquaintance, provision } from '../operations/provision.ts'
import type { RunningKeycloak } from '../runtime/runtime.ts'
import type { ContainerPlan } from './container-plan.ts'
import { lastLog } from './container-readiness.ts'
import { manageServer, nameTaken } from './keycloak-server.ts'
import { sweepTestRealms } from './remove-realm.ts'
import type { OnLeak } from './settings.ts'
import { StartedKeycloakContainer } from './started-container.ts'
import type { TestRealm } from './test-realm.ts'
import { makeWorkshop, removeWorkshop } from './workshop.ts'

const QUIET = { onStep: () => {}, signal: undefined }

/** How a container is provisioned. */
export interface ContainerOptions {
  readonly onLeak: OnLeak
  /** It may have been there before, with its realms. */
  readonly reused: boolean
}

/**
 * Makes the realms in a container that has become ready; when one is refused, the container is stopped.
 *
 * @throws {McpKeycloakError} `REALM_INVALID`, `REALM_REFUSED`; `USAGE_INVALID` for two realms of one name
 */
export async function provisionContainer(
  container: StartedTestContainer,
  plan: ContainerPlan,
  configs: readonly Config[],
  { onLeak, reused }: ContainerOptions,
): Promise<StartedKeycloakContainer> {
  const { config: base } = await resolveConfig()
  // What is kept of a reused container has to be there the next time: with what is kept of any Keycloak by its URL.
  const workshop = reused ? undefined : await makeWorkshop(base)
  const cleanUp = async () => {
    if (workshop !== undefined) await removeWorkshop(base, workshop)
  }
  const located = (config: Config) => ({
    ...config,
    ...(workshop !== undefined && { dataFolder: workshop.folder }),
    keycloakUrl: `http://${plan.host}:${plan.port}`,
    adminUsername: plan.admin.username,
    adminPassword: plan.admin.password,
  })
  const keycloak: RunningKeycloak = {
    ...externalKeycloak(located(base)),
    lastLog: async (lines) => {
      const client = await getContainerRuntimeClient()
      return lastLog(client.container.getById(container.getId()), lines)
    },
  }
  const managed = manageServer(keycloak, { onLeak })
  try {
    const acquaintance = await managed.acquaintance()
    if (reused) await sweepTestRealms(keycloak, acquaintance.admin)
    const make = reused ? provisionAgain : provisionOnce
    const realms: TestRealm[] = []
    for (const config of configs.map(located)) {
      realms.push(await managed.adopt(await make(keycloak, config, acquaintance)))
    }
    return new StartedKeycloakContainer(container, { managed, realm: realms[0], cleanUp })
  } catch (error) {
    if (!reused) await container.stop()
    await cleanUp()
    throw error
  }
}

async function provisionOnce(keycloak: RunningKeycloak, config: Config, acquaintance: Acquaintance) {
  const provisioned = await provision(keycloak, config, { ...QUIET, acquaintance })
  const { realm, endpoints } = provisioned.report
  if (realm !== 'created') throw nameTaken(endpoints.realm, keycloak.url)
  return provisioned
}

/** A realm of last time stays when it is as it would be made now. */
async function provisionAgain(keycloak: RunningKeycloak, config: Config, acquaintance: Acquaintance) {
  const { admin } = acquaintance
  const { realm, record } = await planRealm(config)
  const before = await findRealmRecord(admin, realm.realm)
  if (before !== undefined && before?.hash !== record.hash) await admin.realms.del({ realm: realm.realm })
  return provision(keycloak, config, { ...QUIET, acquaintance })
}
