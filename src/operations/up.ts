import { z } from 'zod'
import { addressed, commandTarget } from '../config/addressed.ts'
import { folders } from '../config/folders.ts'
import type { Config } from '../config/schema.ts'
import { requiredFeatures } from '../config/server.ts'
import { McpKeycloakError, tellIfInterrupted, throwIfInterrupted } from '../errors.ts'
import { externalKeycloak, runningKeycloak } from '../instance/instance.ts'
import { wantedVersion } from '../instance/instance-version.ts'
import { knownInstance } from '../instance/known-instance.ts'
import { neverReady, startInstance, waitForHealth } from '../instance/start-instance.ts'
import type { ServerSelf } from '../keycloak/server-info.ts'
import { planOnServer } from '../provisioning/applied-realm.ts'
import { assertRealmSources, planRealm } from '../provisioning/plan-realm.ts'
import {
  type AskRestore,
  type ProvisionReport,
  provision,
  provisionReportSchema,
} from '../provisioning/provision.ts'
import { strangerWarning } from '../runtime/probe-port.ts'
import { type OnStep, type RunContext, runtimeNameSchema } from '../runtime/runtime.ts'
import { selectRuntime } from '../runtime/select.ts'
import { adminCredentialsSchema } from '../runtime/state/admin-credentials.ts'
import { withInstanceLock } from '../runtime/state/instance-lock.ts'
import { type InstanceState, setStateAside, writeState, writeStopped } from '../runtime/state/state.ts'
import { timings, upTimingsSchema } from './up-timings.ts'

/** Another `up` may be downloading: it gets this much longer than the ready deadline. */
const DOWNLOAD_MS = 600_000

/** `up --json`: what was done, and all that one needs to go on. */
export const upReportSchema = provisionReportSchema.extend({
  schemaVersion: z.literal(1),
  instance: z.string(),
  runtime: runtimeNameSchema,
  /** Why that runtime. */
  runtimeReason: z.string(),
  /** It ran before: nothing was started. */
  alreadyRunning: z.boolean(),
  /** How other containers reach it; `null` when we do not run it. */
  containerUrl: z.string().nullable(),
  /** The administrator; the password is `(secret)` without `--show-secrets`. `null` when we do not run it. */
  admin: adminCredentialsSchema.nullable(),
  elapsedMs: z.number(),
  timings: upTimingsSchema,
})

/** What `up` has done, and all that one needs to go on. */
export type UpReport = Readonly<z.infer<typeof upReportSchema>>

/** What a caller of {@link up} may give besides the options. */
export interface UpOptions {
  /** Called with what is going on. */
  readonly onStep?: OnStep
  /** Aborting stops what was begun. */
  readonly signal?: AbortSignal
  /** Aborting it kills a stopping server instead of waiting for it. */
  readonly hurry?: AbortSignal
  /** Restart a running server when an option needs it; without it that is refused. */
  readonly restart?: boolean
  /** Asks whether to restore a lost realm from its backup. Default: the realm is created from its file. */
  readonly restore?: AskRestore
}

/**
 * Starts Keycloak unless it runs, applies the realm unless it is there, and proves by playing a client that it works.
 *
 * @throws {McpKeycloakError} see the codes of the steps: `NO_RUNTIME`, `PORT_IN_USE`, `KEYCLOAK_NOT_READY`, `REALM_REFUSED` …
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
  { onStep = () => {}, signal, hurry, restart = false, restore }: UpOptions,
  onOutcome: (outcome: string) => void,
): Promise<UpReport> {
  const startedAt = Date.now()
  const onCreated = (realm: string) => onOutcome(`the realm "${realm}" was created before that, and stays.`)
  await assertRealmSources(config)
  const asking = { onStep, signal, ...(restore && { restore }) }
  if (config.keycloakUrl !== undefined) {
    const { report } = await provision(externalKeycloak(config), config, { ...asking, onCreated })
    return {
      ...common(config, startedAt, report, []),
      timings: timings({ fetchMs: 0, beganAt: startedAt, readyAt: startedAt }, report),
      runtime: 'external',
      runtimeReason: 'of --keycloak-url',
      alreadyRunning: true,
      containerUrl: null,
      admin: null,
    }
  }
  const { data, cache } = folders(config)
  const warnings: string[] = []
  const waitMs = config.timeout * 1000 + DOWNLOAD_MS
  return withInstanceLock(data, config.instance, { waitMs, onStep, signal }, async (folder) => {
    const known = await knownInstance(config)
    const { state: before, running, damage, warnings: ofState } = known
    warnings.push(...ofState)
    if (damage !== undefined) warnings.push(`The damaged state is kept: ${await setStateAside(folder)}`)
    if (before && running && ofState.length > 0) await writeState(before)
    const version = wantedVersion(config, before)
    // A realm that cannot be rendered is better known before a server is started for it.
    if (!before) await planRealm(config)
    const { runtime, reason } = await selectRuntime(config, known, cache).catch((error: unknown) => {
      throwIfInterrupted(signal) // Ctrl-C also ends the programs that look for a JDK
      throw error
    })
    const context: RunContext = {
      instance: config.instance,
      folder,
      onStep,
      onWarning: (text) => warnings.push(text),
      signal,
      hurry,
    }
    let alreadyRunning = running
    if (before && running && !before.admin && restart) {
      onStep('Stopping Keycloak, to create a new administrator')
      await runtime.stop(before, hurry)
      onOutcome(`Keycloak is stopped (instance "${config.instance}").`)
      alreadyRunning = false
    }
    if (alreadyRunning && before) {
      assertSamePort(config, before)
      const features = lackingFeatures(config, before)
      if (features.length > 0) {
        if (!restart) throw needsRestart(config, features)
        await waitForHealth(runtime, before, config, signal)
        await planOnServer(config, await runningKeycloak(runtime, before))
        onStep(`Stopping Keycloak, to start it with ${features.join(' and ')}`)
        await runtime.stop(before, hurry)
        onOutcome(`Keycloak is stopped (instance "${config.instance}").`)
        alreadyRunning = false
      }
    }
    if (alreadyRunning && before && before.version !== version) {
      warnings.push(
        addressed(
          `It runs Keycloak ${before.version}; ${version} is taken after mcp-keycloak down.`,
          commandTarget({ instance: config.instance }),
        ),
      )
    }
    const stranger = alreadyRunning && before ? await strangerWarning(before.port) : undefined
    if (stranger) warnings.push(addressed(stranger, commandTarget({ instance: config.instance })))
    const beganAt = Date.now()
    const { state, fetchMs } =
      alreadyRunning && before
        ? { state: before, fetchMs: 0 }
        : await startInstance(runtime, config, before, data, context)
    try {
      await waitForHealth(runtime, state, config, signal)
      const readyAt = Date.now()
      const acquaintance = alreadyRunning ? {} : { self: justStarted(state) }
      const [{ report }] = await Promise.all([
        provision(await runningKeycloak(runtime, state), config, {
          ...asking,
          acquaintance,
          isLocked: true,
          ...(alreadyRunning && { onCreated }),
        }),
        runtime.clearBootstrap(state).catch((error: Error) => warnings.push(passwordStays(error))), // also after a kill
      ])
      if (!alreadyRunning) await writeState(await runtime.settle(state))
      return {
        ...common(config, startedAt, report, warnings),
        timings: timings({ fetchMs, beganAt, readyAt }, report),
        runtime: runtime.name,
        runtimeReason: reason,
        alreadyRunning,
        containerUrl: runtime.containerUrl(state),
        admin: state.admin ?? null,
      }
    } catch (error) {
      if (!alreadyRunning && (signal?.aborted || neverReady(error))) {
        onStep('Stopping Keycloak')
        await runtime.stop(state, hurry)
        await writeStopped(state).catch(() => {}) // report the first error, not this one
        onOutcome(`Keycloak, which was starting, is stopped (instance "${config.instance}").`)
      }
      throw error
    }
  })
}

function passwordStays({ message }: Error): string {
  return `The first administrator's password is still in the server's configuration file. The next up removes it. ${message}`
}

/** What a server of ours would say of itself; asking it takes half a second while it is cold. */
function justStarted({ version, features }: InstanceState): ServerSelf {
  return { version, features, registrationFormats: ['openid-connect'] }
}

function common(config: Config, startedAt: number, report: ProvisionReport, warnings: readonly string[]) {
  return {
    schemaVersion: 1,
    instance: config.instance,
    ...report,
    warnings: [...warnings, ...report.warnings],
    elapsedMs: Date.now() - startedAt,
  } as const
}

function assertSamePort({ port, instance }: Config, running: InstanceState): void {
  if (port === undefined || port === running.port) return
  throw new McpKeycloakError('USAGE_INVALID', {
    what: `Instance "${instance}" runs already, on port ${running.port} and not on ${port}.`,
    why: 'A running server cannot change its port.',
    fix: addressed(
      'Stop it first: mcp-keycloak down. Or run another beside it: --instance <name>',
      commandTarget({ instance }),
    ),
  })
}

function lackingFeatures(config: Config, running: InstanceState): readonly string[] {
  return requiredFeatures(config.with).filter((feature) => !running.features.includes(feature))
}

function needsRestart({ instance }: Config, features: readonly string[]): McpKeycloakError {
  return new McpKeycloakError('USAGE_INVALID', {
    what: `Instance "${instance}" runs without ${features.map((feature) => `--features=${feature}`).join(' and ')}.`,
    why: 'Features are switched on when the server starts, for all of its realms. A restart takes about a minute; data and logins stay.',
    fix: 'Add --yes to restart it, or run another beside it: --instance <name>',
  })
}
