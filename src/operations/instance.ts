import { join } from 'node:path'

import { addressed, commandTarget } from '../config/addressed.ts'
import { withoutTrailingSlash } from '../config/endpoints.ts'
import { folders } from '../config/folders.ts'
import type { Config } from '../config/schema.ts'
import { publicUrl } from '../config/server.ts'
import { McpKeycloakError } from '../errors.ts'
import { adminFile } from '../runtime/admin-credentials.ts'
import type { RunningKeycloak, Runtime } from '../runtime/runtime.ts'
import { runtimeOf } from '../runtime/select.ts'
import { type InstanceState, readState, rememberedInstances } from '../runtime/state.ts'

/** An instance that runs, with what is needed to talk to it. */
export interface FoundInstance {
  readonly keycloak: RunningKeycloak
  /** `undefined` for a Keycloak that somebody else runs. */
  readonly state: InstanceState | undefined
  readonly warnings: readonly string[]
}

/**
 * The instance that the options mean, which must run.
 *
 * @throws {McpKeycloakError} `NOT_RUNNING`
 */
export async function findInstance(config: Config): Promise<FoundInstance> {
  if (config.keycloakUrl !== undefined)
    return { keycloak: externalKeycloak(config), state: undefined, warnings: [] }
  const { data, cache } = folders(config)
  const { state, warning } = await readState(data, config.instance)
  const runtime = state && runtimeOf(state, config, cache)
  if (!state || !runtime)
    throw warning ? lostState(config.instance, warning) : await noSuchInstance(config.instance, data)
  if (!(await runtime.isRunning(state))) throw notRunning(state)
  return { keycloak: runningKeycloak(runtime, state), state, warnings: warning ? [warning] : [] }
}

/** A server of ours, as the rest of the program sees it. */
export function runningKeycloak(runtime: Runtime, state: InstanceState): RunningKeycloak {
  return {
    runtime: runtime.name,
    url: publicUrl(state),
    admin: state.admin,
    adminFile: adminFile(state.folder),
    folder: state.folder,
    lastLog: (lines) => runtime.lastLog(state, lines),
  }
}

/**
 * The Keycloak at `--keycloak-url`.
 *
 * @throws {McpKeycloakError} `CONFIG_INVALID` without an administrator's password
 */
export function externalKeycloak(config: Config): RunningKeycloak {
  const { keycloakUrl = '', adminUsername, adminPassword } = config
  if (adminPassword === undefined) {
    throw new McpKeycloakError('CONFIG_INVALID', {
      what: `The administrator's password of ${keycloakUrl} is missing.`,
      why: 'The realm is applied over the Admin API; a password is never taken from the command line.',
      fix: 'Set MCP_KEYCLOAK_ADMIN_PASSWORD (and MCP_KEYCLOAK_ADMIN_USERNAME, when it is not admin).',
    })
  }
  return {
    runtime: 'external',
    url: withoutTrailingSlash(keycloakUrl),
    admin: { username: adminUsername, password: adminPassword },
    adminFile: undefined,
    folder: join(folders(config).data, 'external', encodeURIComponent(withoutTrailingSlash(keycloakUrl))),
    lastLog: async () => [],
  }
}

/**
 * The error for an instance that nobody has started on this machine.
 *
 * @param data the data folder
 */
export async function noSuchInstance(instance: string, data: string): Promise<McpKeycloakError> {
  const known = await rememberedInstances(data)
  return new McpKeycloakError('NOT_RUNNING', {
    what: `There is no instance "${instance}".`,
    why:
      known.length > 0
        ? `Instances of this machine: ${known.join(', ')}.`
        : `None was started on this machine (in ${data}).`,
    fix: addressed(
      known.length > 0
        ? 'Name one of them (--instance <name>), or start it: mcp-keycloak up'
        : 'mcp-keycloak up',
      commandTarget({ instance }),
    ),
  })
}

/** The error for a state file that was garbage: whether that server runs is not known. */
function lostState(instance: string, why: string): McpKeycloakError {
  return new McpKeycloakError('NOT_RUNNING', {
    what: `It is not known whether Keycloak is running (instance "${instance}").`,
    why,
    fix: addressed('mcp-keycloak up', commandTarget({ instance })),
  })
}

/** What became of a server that does not run: `down` forgets when it was started. */
function notRunning({ instance, startedAt }: InstanceState): McpKeycloakError {
  const died = startedAt !== undefined
  return new McpKeycloakError('NOT_RUNNING', {
    what: `Keycloak is not running (instance "${instance}").`,
    why: died
      ? `It was started at ${new Date(startedAt).toLocaleString()} and not stopped by mcp-keycloak: it was killed, it crashed, or the machine was restarted.`
      : 'It was stopped.',
    fix: addressed(
      died
        ? 'Start it again, with the data of before: mcp-keycloak up. What it said last: mcp-keycloak logs'
        : 'Start it again, with the data of before: mcp-keycloak up',
      commandTarget({ instance }),
    ),
  })
}
