import { withoutTrailingSlash } from '../config/endpoints.ts'
import { folders } from '../config/folders.ts'
import type { Config } from '../config/schema.ts'
import type { Machine, Missing, Server } from '../doctor/subjects.ts'
import { McpKeycloakError } from '../errors.ts'
import { type Admin, adminLogin } from '../keycloak/admin.ts'
import { probeDocker } from '../runtime/probe-docker.ts'
import { probeJava } from '../runtime/probe-java.ts'
import { runtimeOf } from '../runtime/select.ts'
import { readState } from '../runtime/state.ts'
import { externalKeycloak, runningKeycloak } from './instance.ts'

/** A server that does not answer must not hold up the answer that it does not. */
const ANSWER_TIMEOUT_MS = 10_000

/** What is said of what only an administrator may look at. */
export const NO_PASSWORD: Missing = {
  missing: 'That needs an administrator, and nobody told us a password.',
  fix: 'Set MCP_KEYCLOAK_ADMIN_PASSWORD (and MCP_KEYCLOAK_ADMIN_USERNAME, when it is not admin).',
}

/** What we remember of the instance. */
export interface KnownState extends Pick<Machine, 'state' | 'running'> {
  /** Said once, when the state was garbage. */
  readonly warning?: string | undefined
}

/** A server that ought to answer, and how to become its administrator. */
interface FoundServer extends Pick<Server, 'runtime' | 'state'> {
  readonly url: string
  readonly login: () => Promise<Admin | Missing>
}

/** Reads what we remember of the instance; of a Keycloak that somebody else runs that is nothing. */
export async function readKnownState(config: Config): Promise<KnownState> {
  if (config.keycloakUrl !== undefined) return { state: undefined, running: false }
  const { data, cache } = folders(config)
  const { state, warning } = await readState(data, config.instance)
  if (!state) return { state, running: false, warning }
  try {
    return { state, running: await runtimeOf(state, config, cache).isRunning(state), warning }
  } catch (error) {
    if (!(error instanceof McpKeycloakError)) throw error
    return { state, running: false, warning: `${error.message} ${error.why}` }
  }
}

/** The machine as far as it is asked for an instance of ours. */
export function asHost(machine: Machine): Machine | Missing {
  if (machine.config.keycloakUrl === undefined) return machine
  return { missing: 'Somebody else runs that Keycloak.', fix: null }
}

/** Asks this machine what it has. */
export async function gatherMachine(config: Config, known: Promise<KnownState>): Promise<Machine> {
  const [docker, jdks, { state, running }] = await Promise.all([probeDocker(), probeJava(), known])
  return { config, state, running, docker, jdks, environment: process.env }
}

/** The server that the options mean. */
export async function findServer(config: Config, known: Promise<KnownState>): Promise<FoundServer | Missing> {
  const { keycloakUrl, adminPassword } = config
  if (keycloakUrl !== undefined) {
    const url = withoutTrailingSlash(keycloakUrl)
    const login = async () =>
      adminPassword === undefined ? NO_PASSWORD : adminLogin(externalKeycloak(config))
    return { url, state: undefined, runtime: 'external', login }
  }
  const { state, running, warning } = await known
  if (!state || !running) {
    const missing = [`Keycloak is not running (instance "${config.instance}").`, warning]
    return { missing: missing.filter(Boolean).join('\n'), fix: 'mcp-keycloak up' }
  }
  const keycloak = runningKeycloak(runtimeOf(state, config, folders(config).cache), state)
  return { url: keycloak.url, state, runtime: state.runtime, login: () => adminLogin(keycloak) }
}

/** Why a server does not answer at all; `undefined` when it does. */
export async function silence(url: string): Promise<string | undefined> {
  try {
    const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) })
    await response.body?.cancel()
    return undefined
  } catch (error) {
    const { message, code } = ((error as Error).cause ?? error) as NodeJS.ErrnoException
    return `${message || code}.`
  }
}
