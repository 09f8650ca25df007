import { adminWhenReady } from '../keycloak/admin-when-ready.ts'
import type { OnStep } from '../runtime/runtime.ts'
import { findKeycloak, type NamedKeycloak } from '../testing/external.ts'
import { type KeycloakServer, manageServer } from '../testing/keycloak-server.ts'
import { makeSandbox, removeSandbox } from '../testing/sandbox.ts'
import { startKeycloak } from '../testing/start-keycloak.ts'
import { testConfig } from '../testing/test-config.ts'
import type { Params, Result } from './protocol.ts'

/** The Keycloak of a bridge. */
export interface Session {
  readonly server: KeycloakServer
  /** The answer to `start`. */
  readonly description: Result<'start'>
  /** Removes all realms of the session, and the server if the session has started it. */
  stop(): Promise<void>
}

/** Progress and abortion of a start. */
export interface StartContext {
  readonly onStep: OnStep
  readonly signal: AbortSignal
}

/** Options that ask for a server with certain properties. A running one may lack them. */
const OF_NEW_SERVER = ['runtime', 'keycloakVersion', 'keycloakHome', 'port', 'managementPort'] as const

/**
 * Finds a running Keycloak, else starts one.
 *
 * @throws {McpKeycloakError} as `startKeycloak`
 */
export async function openSession(
  { settings = {}, reuse }: Params<'start'>,
  context: StartContext,
): Promise<Session> {
  const wantsNew = !reuse || OF_NEW_SERVER.some((key) => settings[key] !== undefined)
  const found = wantsNew ? undefined : await useFound(context)
  if (found) return found
  const keycloak = await startKeycloak({ ...settings, onLeak: 'ignore', ...context })
  const { runtime, reason, version } = keycloak
  return {
    server: keycloak,
    description: { ...described(keycloak), runtime, reason, version },
    stop: () => keycloak.stop(),
  }
}

async function useFound(context: StartContext): Promise<Session | undefined> {
  const config = await testConfig()
  const sandbox = await makeSandbox(config)
  const remove = () => removeSandbox(config, sandbox)
  try {
    const found = await findKeycloak(sandbox.folder, process.env)
    if (found) return await connected(found, config.timeout, context, remove)
  } catch (error) {
    await remove().catch(() => {}) // the user needs the first error
    throw error
  }
  await remove()
  return undefined
}

async function connected(
  { keycloak, reason }: NamedKeycloak,
  timeoutSeconds: number,
  { onStep, signal }: StartContext,
  remove: () => Promise<void>,
): Promise<Session> {
  const admin = await adminWhenReady(keycloak, { timeoutMs: timeoutSeconds * 1000, onStep, signal })
  const managed = manageServer(keycloak, { onLeak: 'ignore', admin })
  const { version } = await (await managed.live()).self()
  return {
    server: managed.server,
    description: { ...described(managed.server), runtime: 'external', reason, version },
    async stop() {
      try {
        await managed.close()
      } finally {
        await remove()
      }
    },
  }
}

function described(server: KeycloakServer): Pick<Result<'start'>, 'url' | 'admin'> {
  return {
    url: server.getAuthServerUrl(),
    admin: { username: server.getAdminUsername(), password: server.getAdminPassword() },
  }
}
