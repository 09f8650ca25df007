import { z } from 'zod'
import type { Config } from '../config/schema.ts'
import { tellIfInterrupted } from '../errors.ts'
import { type Running, withRunning } from '../instance/ensure-running.ts'
import { planOnServer } from '../provisioning/applied-realm.ts'
import type { AskNeeds } from '../provisioning/needs/needs.ts'
import { assertRealmFiles, planRealm } from '../provisioning/plan-realm.ts'
import {
  type AskRestore,
  type ProvisionReport,
  provision,
  provisionReportSchema,
} from '../provisioning/provision.ts'
import { realmFiles } from '../realm/realm-files.ts'
import { type OnStep, type RunningKeycloak, runtimeNameSchema } from '../runtime/runtime.ts'
import { adminCredentialsSchema } from '../runtime/state/admin-credentials.ts'

export type { AskNeeds, AskRestore }

/** The parts of the time of `up`, in milliseconds. */
export const upTimingsSchema = z.strictObject({
  /** The download of missing parts; 0 when nothing was missing. */
  fetchMs: z.number(),
  /** From the start of the server until it answered. */
  startMs: z.number(),
  /** The creation or the search of the realm. */
  realmMs: z.number(),
  /** The login test; 0 with `--no-proof`. */
  proofMs: z.number(),
})

/** The parts of the time of `up`, in milliseconds. */
type UpTimings = Readonly<z.infer<typeof upTimingsSchema>>

/** `up --json`: the results, addresses and logins of a running realm. */
export const upReportSchema = provisionReportSchema.extend({
  schemaVersion: z.literal(1),
  instance: z.string(),
  runtime: runtimeNameSchema,
  /** The reason for that runtime. */
  runtimeReason: z.string(),
  /** The server already ran, so nothing was started. */
  alreadyRunning: z.boolean(),
  /** The server's URL for other containers; `null` for an external Keycloak. */
  containerUrl: z.string().nullable(),
  /** The administrator; the password is `(secret)` without `--show-secrets`. `null` for an external Keycloak. */
  admin: adminCredentialsSchema.nullable(),
  elapsedMs: z.number(),
  timings: upTimingsSchema,
})

/** The results, addresses and logins of a running realm. */
export type UpReport = Readonly<z.infer<typeof upReportSchema>>

/** Callbacks and signals of {@link up}. */
export interface UpOptions {
  /** Called with each step. */
  readonly onStep?: OnStep
  /** Aborting stops the steps in progress. */
  readonly signal?: AbortSignal
  /** Aborting kills a stopping server instead of waiting for it. */
  readonly hurry?: AbortSignal
  /** Restart a running server when an option requires it. Default: `false`, such an option is refused. */
  readonly restart?: boolean
  /** Asks whether to restore a lost realm from its backup. Default: the realm is created from its file. */
  readonly restore?: AskRestore
  /** Asks whether to add what MCP needs to a new realm. Default: the file is applied unchanged. */
  readonly askNeeds?: AskNeeds
}

/**
 * Starts Keycloak unless it runs, and creates the realm unless it exists. Then proves with a test login that it works.
 *
 * @throws {McpKeycloakError} the codes of the steps: `NO_RUNTIME`, `PORT_IN_USE`, `KEYCLOAK_NOT_READY`, `REALM_REFUSED` …
 */
export async function up(config: Config, options: UpOptions = {}): Promise<UpReport> {
  let outcome = 'nothing was started.'
  const onOutcome = (text: string) => {
    outcome = text
  }
  return tellIfInterrupted(
    options.signal,
    () => outcome,
    () => start(config, options, onOutcome),
  )
}

/** @param onOutcome called with the outcome of an interrupted `up` */
async function start(
  config: Config,
  { onStep = () => {}, signal, hurry, restart = false, restore, askNeeds }: UpOptions,
  onOutcome: (outcome: string) => void,
): Promise<UpReport> {
  const startedAt = Date.now()
  const files = realmFiles()
  await assertRealmFiles(config, files)
  const warnings: string[] = []
  const assertRealm = (keycloak?: RunningKeycloak) =>
    keycloak ? planOnServer(config, keycloak, files) : planRealm(config, null, files)
  const onWarning = (text: string) => warnings.push(text)
  const onCreated = (realm: string) => onOutcome(`the realm "${realm}" was created before that, and stays.`)
  const context = { onStep, signal, hurry, restart, assertRealm, onOutcome, onWarning }
  const report = await withRunning(config, context, async (running) => {
    const { keycloak, runtime, reason, alreadyRunning, containerUrl, admin, self } = running
    const { report } = await provision(keycloak, config, {
      onStep,
      signal,
      files,
      isLocked: runtime !== 'external',
      ...(restore && { restore }),
      ...(askNeeds && { askNeeds }),
      ...(self && { server: { self: async () => self } }),
      ...(alreadyRunning && { onCreated }),
    })
    return {
      schemaVersion: 1 as const,
      instance: config.instance,
      ...report,
      timings: timings(running, report),
      runtime,
      runtimeReason: reason,
      alreadyRunning,
      containerUrl,
      admin,
    }
  })
  return { ...report, warnings: [...warnings, ...report.warnings], elapsedMs: Date.now() - startedAt }
}

/** Divides the time of an `up` by the moments between its parts. */
function timings({ fetchMs, beganAt, readyAt }: Running, { proof }: ProvisionReport): UpTimings {
  const proofMs = proof?.elapsedMs ?? 0
  return {
    fetchMs,
    startMs: readyAt - beganAt - fetchMs,
    realmMs: Date.now() - readyAt - proofMs,
    proofMs,
  }
}
