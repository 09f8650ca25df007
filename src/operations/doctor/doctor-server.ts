import { withoutTrailingSlash } from '../../config/endpoints.ts'
import { folders } from '../../config/folders.ts'
import type { Config } from '../../config/schema.ts'
import { publicUrl } from '../../config/server.ts'
import type { Machine, Missing, Server } from '../../doctor/subjects.ts'
import { externalKeycloak, runningKeycloak } from '../../instance/instance.ts'
import { knownOrUnseen } from '../../instance/known-instance.ts'
import { type Admin, adminLogin } from '../../keycloak/admin.ts'
import { probeDocker } from '../../runtime/compose/probe-docker.ts'
import { probeJava } from '../../runtime/java/probe-java.ts'
import { runtimeOf } from '../../runtime/select.ts'

/** A server that does not answer must not hold up the answer that it does not. */
const ANSWER_TIMEOUT_MS = 10_000

/** What is said of what only an administrator may look at. */
export const NO_PASSWORD: Missing = {
  missing: 'That needs an administrator, and nobody told us a password.',
  fix: 'Set MCP_KEYCLOAK_ADMIN_PASSWORD (and MCP_KEYCLOAK_ADMIN_USERNAME, when it is not admin).',
}

/** What we remember of the instance. */
export interface KnownState extends Pick<Machine, 'state' | 'running'> {
  /** Warnings about a damaged state. */
  readonly warnings: readonly string[]
}

/** A server that ought to answer, and how to become its administrator. */
interface FoundServer extends Pick<Server, 'runtime' | 'state'> {
  readonly url: string
  readonly login: () => Promise<Admin | Missing>
}

/** Reads what we remember of the instance; of a Keycloak that somebody else runs that is nothing. */
export async function readKnownState(config: Config): Promise<KnownState> {
  if (config.keycloakUrl !== undefined) return { state: undefined, running: false, warnings: [] }
  return knownOrUnseen(config)
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
  const { state, running, warnings } = await known
  if (!state || !running) {
    const missing = [`Keycloak is not running (instance "${config.instance}").`, ...warnings]
    return { missing, fix: 'mcp-keycloak up' }
  }
  const runtime = runtimeOf(state, config, folders(config).cache)
  const login = async () => adminLogin(await runningKeycloak(runtime, state))
  return { url: publicUrl(state), state, runtime: state.runtime, login }
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
