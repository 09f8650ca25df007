import { z } from 'zod'

import { folders } from '../config/folders.ts'
import type { Config } from '../config/schema.ts'
import { publicUrl } from '../config/server.ts'
import { interrupted, McpKeycloakError } from '../errors.ts'
import { knownOrUnseen } from '../instance/known-instance.ts'
import { foreignProjects } from '../runtime/compose/docker-projects.ts'
import { listInstances } from '../runtime/state/state.ts'
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
    /** ISO 8601; `null` when it was stopped. An instance with a time and `running: false` has crashed. */
    startedAt: z.string().nullable(),
  })
  .readonly()

/** Containers and volumes in Docker that another data folder owns. No command touches them. */
const foreignProjectSchema = z
  .strictObject({
    /** Name of the Compose project. */
    project: z.string(),
    instance: z.string(),
    /** Id of the data folder; `null` when an earlier version created them. */
    owner: z.string().nullable(),
    /** `null` when it is unknown. */
    dataFolder: z.string().nullable(),
    running: z.boolean(),
    containers: z.array(z.string()).readonly(),
    volumes: z.array(z.string()).readonly(),
  })
  .readonly()

/** `status --all --json`: all instances of this machine, by name. */
export const instancesReportSchema = z.strictObject({
  schemaVersion: z.literal(1),
  instances: z.array(instanceSummarySchema).readonly(),
  foreign: z.array(foreignProjectSchema).readonly(),
  warnings: z.array(z.string()).readonly(),
})

/** All instances of this machine. */
export type InstancesReport = Readonly<z.infer<typeof instancesReportSchema>>

/** `down --all --json`: the result for each instance. */
export const downAllReportSchema = z.strictObject({
  schemaVersion: z.literal(1),
  instances: z.array(downReportSchema).readonly(),
  warnings: z.array(z.string()).readonly(),
})

/** The result of `down --all` for each instance. */
export type DownAllReport = Readonly<z.infer<typeof downAllReportSchema>>

/** Lists every managed instance on this machine, running or stopped, by name. */
export async function instances(config: Config): Promise<InstancesReport> {
  const { data } = folders(config)
  const names = [...(await listInstances(data))].sort()
  const known = await Promise.all(names.map((instance) => knownOrUnseen({ ...config, instance })))
  const foreign = await foreignProjects(
    data,
    known.flatMap(({ state }) => state ?? []),
  )
  return {
    schemaVersion: 1,
    instances: known.flatMap(({ state, running }) => {
      if (!state) return []
      const { instance, runtime, version, startedAt = null } = state
      return [{ instance, running, runtime, version, url: publicUrl(state), startedAt }]
    }),
    foreign,
    warnings: [...new Set(known.flatMap(({ warnings }) => warnings))],
  }
}

/**
 * Stops every managed instance on this machine, one after the other. Also removes the remains of killed ephemeral
 * instances.
 *
 * @throws {McpKeycloakError} the code of the first instance that could not be stopped, after all others are stopped; `INTERRUPTED`
 */
export async function downAll(config: Config, options: DownOptions = {}): Promise<DownAllReport> {
  const own = { ...config, keycloakUrl: undefined }
  const reports: DownReport[] = []
  const failures = new Map<string, McpKeycloakError>()
  for (const instance of [...(await listInstances(folders(config).data))].sort()) {
    if (options.signal?.aborted) throw interrupted(stoppedSoFar(reports))
    try {
      reports.push(await down({ ...own, instance }, options))
    } catch (error) {
      if (!(error instanceof McpKeycloakError) || error.code === 'INTERRUPTED') throw error
      failures.set(instance, error)
    }
  }
  const warnings: string[] = []
  const listener = { onStep: () => {}, onWarning: (text: string) => void warnings.push(text) }
  reports.push(...(await removeLeftBehind(own, listener)))
  const report: DownAllReport = { schemaVersion: 1, instances: reports, warnings }
  const [first] = failures.values()
  if (first) throw notAllDown(first, failures, report)
  return report
}

function stoppedSoFar(reports: readonly DownReport[]): string {
  if (reports.length === 0) return 'nothing was stopped.'
  return `only ${reports.map(({ instance }) => `"${instance}"`).join(', ')} was looked at; the others are unchanged.`
}

/** Names each instance that is not down, and the results for the others. */
function notAllDown(
  { code }: McpKeycloakError,
  failures: ReadonlyMap<string, McpKeycloakError>,
  { instances: done, warnings }: DownAllReport,
): McpKeycloakError {
  const each = (text: (error: McpKeycloakError) => string) =>
    [...failures].map(([instance, error]) => `"${instance}": ${text(error)}`)
  const others = done.map(({ instance, purged }) => `"${instance}" is ${purged ? 'purged' : 'down'}.`)
  return new McpKeycloakError(code, {
    what: `Not every instance is down: ${[...failures.keys()].join(', ')}.`,
    why: [
      ...each(({ message, why }) => `${message} ${why}`),
      ...others,
      ...done.flatMap((one) => one.warnings),
      ...warnings,
    ],
    fix: each(({ fix }) => fix),
    cause: new AggregateError(failures.values()),
  })
}
