import { folders } from '../config/folders.ts'
import type { Config } from '../config/schema.ts'
import { LOOPBACK, publicUrl } from '../config/server.ts'
import { McpKeycloakError } from '../errors.ts'
import { waitUntilReady } from '../keycloak/readiness.ts'
import { assertPortFree, freePort } from '../runtime/probe-port.ts'
import type { OnStep, RunContext, Runtime, RuntimeName } from '../runtime/runtime.ts'
import { selectRuntime } from '../runtime/select.ts'
import {
  adminCredentials,
  type InstanceState,
  readState,
  withInstanceLock,
  writeState,
} from '../runtime/state.ts'
import { externalKeycloak, runningKeycloak } from './instance.ts'
import { plannedRealmName, planRealm } from './plan-realm.ts'
import { type ProvisionReport, provision } from './provision.ts'

const DEFAULT_PORT = 8080

/** Another `up` may be downloading: it gets this much longer than the ready deadline. */
const DOWNLOAD_MS = 600_000

/** What `up` has done, and all that one needs to go on. */
export interface UpReport extends ProvisionReport {
  readonly schemaVersion: 1
  readonly instance: string
  readonly runtime: RuntimeName
  /** Why that runtime. */
  readonly runtimeReason: string
  /** It ran before: nothing was started. */
  readonly alreadyRunning: boolean
  /** How other containers reach it; `null` when we do not run it. */
  readonly containerUrl: string | null
  /** The administrator of the admin console; `null` when we do not run it. */
  readonly admin: { readonly username: string; readonly password: string } | null
  readonly elapsedMs: number
}

/** What a caller of {@link up} may give besides the options. */
export interface UpOptions {
  /** Called with what is going on. */
  readonly onStep?: OnStep
  /** Aborting stops what was begun. */
  readonly signal?: AbortSignal
}

/**
 * Starts Keycloak unless it runs, applies the realm unless it is there, and proves by playing a client that it works.
 *
 * @throws {McpKeycloakError} see the codes of the steps: `NO_RUNTIME`, `PORT_IN_USE`, `KEYCLOAK_NOT_READY`, `REALM_REFUSED` …
 */
export async function up(config: Config, { onStep = () => {}, signal }: UpOptions = {}): Promise<UpReport> {
  const startedAt = Date.now()
  await plannedRealmName(config)
  if (config.keycloakUrl !== undefined) {
    const report = await provision(externalKeycloak(config), config, { onStep, signal })
    return {
      ...common(config, startedAt, report, []),
      runtime: 'external',
      runtimeReason: 'of --keycloak-url',
      alreadyRunning: true,
      containerUrl: null,
      admin: null,
    }
  }
  const { data, cache } = folders(config)
  const warnings: string[] = []
  return withInstanceLock(data, config.instance, config.timeout * 1000 + DOWNLOAD_MS, async (folder) => {
    const { state: before, warning } = await readState(data, config.instance)
    if (warning) warnings.push(warning)
    // A realm that cannot be rendered is better known before a server is started for it.
    if (!before) await planRealm(config)
    const { runtime, reason } = await selectRuntime(config, before, cache)
    const context: RunContext = {
      instance: config.instance,
      folder,
      onStep,
      onWarning: (text) => warnings.push(text),
      signal,
    }
    const alreadyRunning = before !== undefined && (await runtime.isRunning(before))
    if (alreadyRunning) assertSame(config, before)
    if (alreadyRunning && before.version !== config.keycloakVersion) {
      warnings.push(
        `It runs Keycloak ${before.version}; ${config.keycloakVersion} is taken after mcp-keycloak down.`,
      )
    }
    const state = alreadyRunning ? before : await start(runtime, config, before, data, context)
    try {
      await waitForHealth(runtime, state, config, signal)
      const report = await provision(runningKeycloak(runtime, state), config, { onStep, signal })
      return {
        ...common(config, startedAt, report, warnings),
        runtime: runtime.name,
        runtimeReason: reason,
        alreadyRunning,
        containerUrl: runtime.containerUrl(state),
        admin: state.admin,
      }
    } catch (error) {
      if (!alreadyRunning && (signal?.aborted || neverReady(error))) await runtime.stop(state)
      throw error
    }
  })
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

async function start(
  runtime: Runtime,
  config: Config,
  before: InstanceState | undefined,
  data: string,
  context: RunContext,
): Promise<InstanceState> {
  const port = config.port ?? before?.port ?? DEFAULT_PORT
  await assertPortFree(port, '--port')
  const planned: InstanceState = {
    schemaVersion: 1,
    instance: config.instance,
    runtime: runtime.name,
    version: config.keycloakVersion,
    port,
    managementPort: await managementPort(config, before, port),
    admin: await adminCredentials(data, config.instance),
    folder: context.folder,
  }
  await runtime.prepare(planned, context)
  await writeState(planned)
  context.onStep(`Starting Keycloak ${planned.version}`)
  const handle = await runtime.start(planned, context).catch(async (error: unknown) => {
    await runtime.stop(planned) // a start may fail half-way, with a container made and a port held
    throw error
  })
  const started = { ...planned, ...handle, startedAt: new Date().toISOString() }
  await writeState(started)
  return started
}

async function managementPort(
  config: Config,
  before: InstanceState | undefined,
  port: number,
): Promise<number> {
  if (config.managementPort !== undefined) {
    await assertPortFree(config.managementPort, '--management-port')
    return config.managementPort
  }
  const remembered = before?.managementPort
  const free =
    remembered !== undefined &&
    remembered !== port &&
    (await assertPortFree(remembered, '--management-port').then(
      () => true,
      () => false,
    ))
  return free ? remembered : freePort()
}

async function waitForHealth(
  runtime: Runtime,
  state: InstanceState,
  config: Config,
  signal: AbortSignal | undefined,
) {
  await waitUntilReady({
    urls: [
      `http://${LOOPBACK}:${state.managementPort}/health/ready`,
      `${publicUrl(state)}/realms/master/.well-known/openid-configuration`,
    ],
    timeoutMs: config.timeout * 1000,
    isAlive: () => runtime.isRunning(state),
    lastLog: (lines) => runtime.lastLog(state, lines),
    signal,
  })
}

/** A server that never became ready is of no use to anybody; one that runs but failed later can be looked at. */
function neverReady(error: unknown): boolean {
  return error instanceof McpKeycloakError && ['KEYCLOAK_EXITED', 'KEYCLOAK_NOT_READY'].includes(error.code)
}

function assertSame(config: Config, running: InstanceState): void {
  const differences = [
    config.port !== undefined &&
      config.port !== running.port &&
      `--port ${config.port} (it has ${running.port})`,
  ].filter(Boolean)
  if (differences.length === 0) return
  throw new McpKeycloakError('USAGE_INVALID', {
    what: `Instance "${config.instance}" runs already, and not with ${differences.join(', ')}.`,
    why: 'A running server cannot change that.',
    fix: 'Stop it first: mcp-keycloak down. Or run another beside it: --instance <name>',
  })
}
