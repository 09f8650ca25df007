import { folders } from '../config/folders.ts'
import type { Config } from '../config/schema.ts'
import { publicUrl } from '../config/server.ts'
import { runtimeOf } from '../runtime/select.ts'
import { listInstances, readState } from '../runtime/state.ts'
import { type DownReport, down } from './down.ts'
import { removeLeftBehind } from './ephemeral.ts'

/** An instance of this machine, whether it runs or not. */
interface InstanceSummary {
  readonly instance: string
  readonly running: boolean
  readonly runtime: 'compose' | 'java'
  readonly version: string
  readonly url: string
  /** ISO 8601; `null` when it does not run. */
  readonly startedAt: string | null
}

/** All instances of this machine. */
export interface InstancesReport {
  readonly schemaVersion: 1
  readonly instances: readonly InstanceSummary[]
  readonly warnings: readonly string[]
}

/** Every instance of ours on this machine, running or stopped, by name. */
export async function instances(config: Config): Promise<InstancesReport> {
  const { data, cache } = folders(config)
  const names = [...(await listInstances(data))].sort()
  const readings = await Promise.all(names.map((name) => readState(data, name)))
  const summaries = readings
    .flatMap(({ state }) => (state ? [state] : []))
    .map(async (state) => {
      const running = await runtimeOf(state, config, cache).isRunning(state)
      const { instance, runtime, version } = state
      const startedAt = running ? (state.startedAt ?? null) : null
      return { instance, running, runtime, version, url: publicUrl(state), startedAt }
    })
  return {
    schemaVersion: 1,
    instances: await Promise.all(summaries),
    warnings: readings.flatMap(({ warning }) => (warning ? [warning] : [])),
  }
}

/** Stops every instance of ours on this machine, one after the other; what killed ephemeral ones left is removed. */
export async function downAll(
  config: Config,
  options: { readonly purge?: boolean } = {},
): Promise<{
  readonly schemaVersion: 1
  readonly instances: readonly DownReport[]
  readonly warnings: readonly string[]
}> {
  const reports: DownReport[] = []
  for (const { instance } of (await instances(config)).instances) {
    reports.push(await down({ ...config, instance, keycloakUrl: undefined }, options))
  }
  const warnings: string[] = []
  const listener = { onStep: () => {}, onWarning: (text: string) => void warnings.push(text) }
  const leftBehind = await removeLeftBehind({ ...config, keycloakUrl: undefined }, listener)
  return { schemaVersion: 1, instances: [...reports, ...leftBehind], warnings }
}
