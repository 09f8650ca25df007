import { z } from 'zod'

import { command } from '../../config/command.ts'
import { didYouMean } from '../../config/did-you-mean.ts'
import { folders, instanceFolder } from '../../config/folders.ts'
import type { Config } from '../../config/schema.ts'
import { McpKeycloakError } from '../../errors.ts'
import { noSuchInstance } from '../../instance/instance.ts'
import type { OnStep, RunContext } from '../../runtime/runtime.ts'
import { withInstanceLock } from '../../runtime/state/instance-lock.ts'
import {
  readSnapshots,
  type Snapshot,
  type SnapshotRecord,
  type Snapshots,
  snapshotSchema,
} from '../../runtime/state/snapshots.ts'
import { listInstances } from '../../runtime/state/state.ts'

/** `snapshot list --json`: the snapshots of an instance, the newest first. */
export const snapshotsReportSchema = z.strictObject({
  schemaVersion: z.literal(1),
  instance: z.string(),
  snapshots: z.array(snapshotSchema).readonly(),
  warnings: z.array(z.string()).readonly(),
})

/** The snapshots of an instance. */
export type SnapshotsReport = Readonly<z.infer<typeof snapshotsReportSchema>>

/** `snapshot save`, `snapshot load` and `snapshot delete` with `--json`: the snapshot. */
export const snapshotReportSchema = z.strictObject({
  schemaVersion: z.literal(1),
  instance: z.string(),
  snapshot: snapshotSchema,
  /** The server ran. It was stopped for the copy, and runs again. */
  restarted: z.boolean(),
  elapsedMs: z.number(),
  warnings: z.array(z.string()).readonly(),
})

/** A snapshot that was saved, loaded or deleted. */
export type SnapshotReport = Readonly<z.infer<typeof snapshotReportSchema>>

/** Callbacks and signals of the snapshot operations. */
export interface SnapshotOptions {
  readonly onStep?: OnStep
  /** Aborting ends the wait for another command. */
  readonly signal?: AbortSignal | undefined
  /** Aborting kills a stopping server instead of waiting for it. */
  readonly hurry?: AbortSignal | undefined
  /** Delays signals from the stop of the server until it runs again. */
  readonly uninterrupted?: (<Result>(work: () => Promise<Result>) => Promise<Result>) | undefined
  /** Asks before a snapshot or a database is lost. Throws for no. Default: it is approved. */
  readonly approve?: (snapshot: Snapshot, config: Config) => Promise<void>
}

/** Time to wait for another command that uses the instance. */
const WAIT_MS = 60_000

/**
 * Lists the snapshots of an instance.
 *
 * @throws {McpKeycloakError} `USAGE_INVALID` for an external Keycloak
 */
export async function snapshotList(config: Config): Promise<SnapshotsReport> {
  const { snapshots, damaged } = await knownSnapshots(config)
  const { instance } = config
  return { schemaVersion: 1, instance, snapshots: snapshots.map(described), warnings: damaged }
}

/**
 * Reads the snapshots of the instance that the options name.
 *
 * @throws {McpKeycloakError} `USAGE_INVALID` for an external Keycloak, `NOT_RUNNING` for an unknown instance
 */
export async function knownSnapshots(config: Config): Promise<Snapshots> {
  if (config.keycloakUrl !== undefined) throw external(config.keycloakUrl)
  const { data } = folders(config)
  if (!(await listInstances(data)).includes(config.instance))
    throw await noSuchInstance(config.instance, data)
  return readSnapshots(instanceFolder(data, config.instance))
}

/**
 * Finds a snapshot by its name.
 *
 * @throws {McpKeycloakError} `USAGE_INVALID` with the closest name and all names
 */
export function namedSnapshot({ snapshots }: Snapshots, name: string): SnapshotRecord {
  const found = snapshots.find((one) => one.name === name)
  if (found) return found
  const names = snapshots.map((one) => one.name)
  throw new McpKeycloakError('USAGE_INVALID', {
    what: `There is no snapshot "${name}".`,
    why: [didYouMean(name, names) ?? [], `There are: ${names.join(', ') || 'none'}.`].flat().join(' '),
    fix: names.length > 0 ? 'Name one of them.' : `Save one: ${command('snapshot save', '<name>')}`,
  })
}

/** The public part of a record. */
export function described({ name, version, createdAt, bytes, realms }: SnapshotRecord): Snapshot {
  return { name, version, createdAt, bytes, realms }
}

/** Does work while no other command works on the instance and no signal interrupts it. Returns the report. */
export async function withSnapshots(
  config: Config,
  { onStep = () => {}, signal, hurry, uninterrupted = (work) => work() }: SnapshotOptions,
  work: (context: RunContext) => Promise<Pick<SnapshotReport, 'snapshot' | 'restarted'>>,
): Promise<SnapshotReport> {
  const { instance } = config
  const startedAt = performance.now()
  const warnings: string[] = []
  const onWarning = (text: string) => void warnings.push(text)
  const waiting = { waitMs: WAIT_MS, onStep, signal }
  const done = await withInstanceLock(folders(config).data, instance, waiting, (folder) =>
    uninterrupted(() => work({ instance, folder, onStep, onWarning, signal: undefined, hurry })),
  )
  const elapsedMs = Math.round(performance.now() - startedAt)
  return { schemaVersion: 1, instance, ...done, elapsedMs, warnings }
}

function external(url: string): McpKeycloakError {
  return new McpKeycloakError('USAGE_INVALID', {
    what: `The Keycloak at ${url} has no snapshots.`,
    why: 'It is an external Keycloak: its database is not on this machine.',
    fix: `Leave --keycloak-url out; or keep the realm alone: ${command('realm export', { output: 'realm.json' })}`,
  })
}
