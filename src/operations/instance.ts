import { join } from 'node:path'

import { withoutTrailingSlash } from '../config/endpoints.ts'
import { folders } from '../config/folders.ts'
import type { Config } from '../config/schema.ts'
import { publicUrl } from '../config/server.ts'
import { McpKeycloakError } from '../errors.ts'
import type { RunningKeycloak, Runtime } from '../runtime/runtime.ts'
import { runtimeOf } from '../runtime/select.ts'
import { type InstanceState, listInstances, readState } from '../runtime/state.ts'

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
  if (!state || !runtime || !(await runtime.isRunning(state))) throw await notRunning(config, data, warning)
  return { keycloak: runningKeycloak(runtime, state), state, warnings: warning ? [warning] : [] }
}

/** A server of ours, as the rest of the program sees it. */
export function runningKeycloak(runtime: Runtime, state: InstanceState): RunningKeycloak {
  return {
    runtime: runtime.name,
    url: publicUrl(state),
    admin: state.admin,
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
    folder: join(folders(config).data, 'external', encodeURIComponent(withoutTrailingSlash(keycloakUrl))),
    lastLog: async () => [],
  }
}

async function notRunning(
  config: Config,
  data: string,
  warning: string | undefined,
): Promise<McpKeycloakError> {
  const known = (await listInstances(data)).filter((name) => name !== config.instance)
  return new McpKeycloakError('NOT_RUNNING', {
    what: `Keycloak is not running (instance "${config.instance}").`,
    why: [
      warning,
      known.length > 0
        ? `Other instances of this machine: ${known.join(', ')}.`
        : 'It was stopped, or never started.',
    ]
      .filter(Boolean)
      .join('\n'),
    fix: 'mcp-keycloak up',
  })
}
