import { z } from 'zod'

import { folders, instanceFolder } from '../config/folders.ts'
import { type Config, DEFAULT_CONFIG } from '../config/schema.ts'
import { McpKeycloakError } from '../errors.ts'
import { noSuchInstance } from '../instance/instance.ts'
import { knownInstance, knownOrUnseen } from '../instance/known-instance.ts'
import { ownDockerProject } from '../runtime/compose/docker-projects.ts'
import type { OnStep } from '../runtime/runtime.ts'
import { runtimeOf } from '../runtime/select.ts'
import { withInstanceLock } from '../runtime/state/instance-lock.ts'
import { readSnapshots } from '../runtime/state/snapshots.ts'
import { listInstances, removeInstance, setStateAside, writeStopped } from '../runtime/state/state.ts'

/** `down --json`: the result. */
export const downReportSchema = z
  .strictObject({
    schemaVersion: z.literal(1),
    instance: z.string(),
    /** It ran, and was stopped. */
    stopped: z.boolean(),
    /** Its data was removed. */
    purged: z.boolean(),
    /** Names of the snapshots that were removed with it. */
    snapshots: z.array(z.string()).readonly(),
    warnings: z.array(z.string()).readonly(),
  })
  .readonly()

/** The result of `down`. */
export type DownReport = z.infer<typeof downReportSchema>

/** Options of {@link down}. */
export interface DownOptions {
  /** Also remove its data. Default: `false`. */
  readonly purge?: boolean
  /** Called with each step. */
  readonly onStep?: OnStep
  /** Aborting ends the wait for another command. A stop in progress is finished. */
  readonly signal?: AbortSignal
  /** Aborting kills the server instead of waiting for it. */
  readonly hurry?: AbortSignal | undefined
}

/** Time to wait for another command that uses the instance. */
const WAIT_MS = 60_000

/**
 * Stops an instance. Its data stays without `purge`.
 *
 * @throws {McpKeycloakError} `USAGE_INVALID` for an external Keycloak; `NOT_RUNNING` for an unknown instance, except for
 * the default one, so that scripts can clean up
 */
export async function down(
  config: Config,
  { purge = false, onStep, signal, hurry }: DownOptions = {},
): Promise<DownReport> {
  if (config.keycloakUrl !== undefined) {
    throw new McpKeycloakError('USAGE_INVALID', {
      what: `The Keycloak at ${config.keycloakUrl} is not stopped by us.`,
      why: 'It is an external Keycloak.',
      fix: 'Leave --keycloak-url out to stop a managed instance.',
    })
  }
  const { data, cache } = folders(config)
  const place = { instance: config.instance, folder: instanceFolder(data, config.instance) }
  const isThere = (await listInstances(data)).includes(config.instance) || (await ownDockerProject(place))
  if (!isThere) {
    if (config.instance !== DEFAULT_CONFIG.instance) throw await noSuchInstance(config.instance, data)
    const { instance } = config
    return { schemaVersion: 1, instance, stopped: false, purged: false, snapshots: [], warnings: [] }
  }
  return withInstanceLock(data, config.instance, { waitMs: WAIT_MS, onStep, signal }, async (folder) => {
    onStep?.('Stopping Keycloak')
    const kept: string[] = []
    const snapshots = purge ? await snapshotNames(folder) : []
    const seen = await (purge ? knownOrUnseen(config, ['DOCKER_ELSEWHERE']) : knownInstance(config))
    const { state, runtime: where = 'java', running, damage, warnings } = seen
    const known = state ?? { ...place, runtime: where }
    const runtime = runtimeOf(known, config, cache)
    const ran = running || (await runtime.isRunning(known).catch(() => false)) // `running` is false without a port
    await runtime.stop(known, hurry)
    const left = await runtime.stopStray(known) // never remove the folder of a running server
    if (purge) {
      kept.push(...(await runtime.purge(known)))
      await removeInstance(data, config.instance)
    } else {
      if (damage !== undefined) kept.push(`The damaged state is kept: ${await setStateAside(folder)}`)
      if (state)
        await writeStopped(state).catch(
          (error: McpKeycloakError) => void kept.push(`${error.message} ${error.why}`),
        )
    }
    return {
      schemaVersion: 1,
      instance: config.instance,
      stopped: ran || left,
      purged: purge,
      snapshots,
      warnings: [...warnings, ...kept],
    }
  })
}

async function snapshotNames(folder: string): Promise<readonly string[]> {
  return (await readSnapshots(folder)).snapshots.map(({ name }) => name)
}
