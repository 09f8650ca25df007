import { z } from 'zod'

import { folders } from '../config/folders.ts'
import type { Config } from '../config/schema.ts'
import { publicUrl } from '../config/server.ts'
import { runtimeOf } from '../runtime/select.ts'
import { listInstances, readState } from '../runtime/state.ts'
import { type DownOptions, type DownReport, down, downReportSchema } from './down.ts'
import { removeLeftBehind } from './ephemeral.ts'

/** An instance of this machine, whether it runs or not. */
const instanceSummarySchema = z
  .strictObject({
    instance: z.string(),
    running: z.boolean(),
    runtime: z.enum(['compose', 'java']),
    version: z.string(),
    url: z.string(),
    /** ISO 8601; `null` when it was stopped. One that does not run and was not stopped has died. */
    startedAt: z.string().nullable(),
  })
  .readonly()

/** `status --all --json`: all instances of this machine, by name. */
export const instancesReportSchema = z.strictObject({
  schemaVersion: z.literal(1),
  instances: z.array(instanceSummarySchema).readonly(),
  warnings: z.array(z.string()).readonly(),
})

/** All instances of this machine. */
export type InstancesReport = Readonly<z.infer<typeof instancesReportSchema>>

/** `down --all --json`: what was done with each instance. */
export const downAllReportSchema = z.strictObject({
  schemaVersion: z.literal(1),
  instances: z.array(downReportSchema).readonly(),
  warnings: z.array(z.string()).readonly(),
})

/** What `down --all` has done. */
export type DownAllReport = Readonly<z.infer<typeof downAllReportSchema>>

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
      const startedAt = state.startedAt ?? null
      return { instance, running, runtime, version, url: publicUrl(state), startedAt }
    })
  return {
    schemaVersion: 1,
    instances: await Promise.all(summaries),
    warnings: readings.flatMap(({ warning }) => (warning ? [warning] : [])),
  }
}

/** Stops every instance of ours on this machine, one after the other; what killed ephemeral ones left is removed. */
export async function downAll(config: Config, options: DownOptions = {}): Promise<DownAllReport> {
  const reports: DownReport[] = []
  for (const { instance } of (await instances(config)).instances) {
    reports.push(await down({ ...config, instance, keycloakUrl: undefined }, options))
  }
  const warnings: string[] = []
  const listener = { onStep: () => {}, onWarning: (text: string) => void warnings.push(text) }
  const leftBehind = await removeLeftBehind({ ...config, keycloakUrl: undefined }, listener)
  return { schemaVersion: 1, instances: [...reports, ...leftBehind], warnings }
}
