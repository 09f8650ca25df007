import { command } from '../../config/command.ts'
import { withoutTrailingSlash } from '../../config/endpoints.ts'
import { folders } from '../../config/folders.ts'
import type { Config } from '../../config/schema.ts'
import { publicUrl } from '../../config/server.ts'
import type { Machine, Missing, Server } from '../../doctor/subjects.ts'
import { externalKeycloak, runningKeycloak } from '../../instance/instance.ts'
import { knownOrUnseen } from '../../instance/known-instance.ts'
import { probeDocker } from '../../runtime/compose/probe-docker.ts'
import { probeJava } from '../../runtime/java/probe-java.ts'
import type { RunningKeycloak } from '../../runtime/runtime.ts'
import { runtimeOf } from '../../runtime/select.ts'

/** Limit for the first request, so that an unresponsive server is reported soon. */
const ANSWER_TIMEOUT_MS = 10_000

/** The reason why checks that require an administrator are skipped. */
export const NO_PASSWORD: Missing = {
  missing: 'That needs an administrator, and nobody told us a password.',
  fix: 'Set MCP_KEYCLOAK_ADMIN_PASSWORD (and MCP_KEYCLOAK_ADMIN_USERNAME, when it is not admin).',
}

/** The stored state of the instance. */
export interface KnownState extends Pick<Machine, 'state' | 'running'> {
  /** Warnings about a damaged state. */
  readonly warnings: readonly string[]
}

/** A server that should answer. */
interface FoundServer extends Pick<Server, 'runtime' | 'state'> {
  readonly url: string
  /** The server with its administrator, or the reason why the password is unknown. */
  readonly keycloak: () => Promise<RunningKeycloak | Missing>
}

/** Reads the stored state of the instance. An external Keycloak has none. */
export async function readKnownState(config: Config): Promise<KnownState> {
  if (config.keycloakUrl !== undefined) return { state: undefined, running: false, warnings: [] }
  return knownOrUnseen(config)
}

/** Returns the machine, for checks that only a managed instance needs. */
export function asHost(machine: Machine): Machine | Missing {
  if (machine.config.keycloakUrl === undefined) return machine
  return { missing: 'That Keycloak is external.', fix: null }
}

/** Looks for Docker and Java on this machine. */
export async function gatherMachine(config: Config, known: Promise<KnownState>): Promise<Machine> {
  const [docker, jdks, { state, running }] = await Promise.all([probeDocker(), probeJava(), known])
  return { config, state, running, docker, jdks, environment: process.env }
}

/** Finds the server that the options select. */
export async function findServer(config: Config, known: Promise<KnownState>): Promise<FoundServer | Missing> {
  const { keycloakUrl, adminPassword } = config
  if (keycloakUrl !== undefined) {
    const url = withoutTrailingSlash(keycloakUrl)
    const keycloak = async () => (adminPassword === undefined ? NO_PASSWORD : externalKeycloak(config))
    return { url, state: undefined, runtime: 'external', keycloak }
  }
  const { state, running, warnings } = await known
  if (!state || !running) {
    const missing = [`Keycloak is not running (instance "${config.instance}").`, ...warnings]
    return { missing, fix: command('up') }
  }
  const runtime = runtimeOf(state, config, folders(config).cache)
  const keycloak = () => runningKeycloak(runtime, state)
  return { url: publicUrl(state), state, runtime: state.runtime, keycloak }
}

/** Returns the reason why a server does not answer; `undefined` when it does. */
export async function unreachableReason(url: string): Promise<string | undefined> {
  try {
    const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) })
    await response.body?.cancel()
    return undefined
  } catch (error) {
    const { message, code } = ((error as Error).cause ?? error) as NodeJS.ErrnoException
    return `${message || code}.`
  }
}
