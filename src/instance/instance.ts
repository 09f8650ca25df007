import { join } from 'node:path'

import { command } from '../config/command.ts'
import { withoutTrailingSlash } from '../config/endpoints.ts'
import { folders } from '../config/folders.ts'
import type { Config } from '../config/schema.ts'
import { publicUrl } from '../config/server.ts'
import { McpKeycloakError } from '../errors.ts'
import type { RunningKeycloak, Runtime } from '../runtime/runtime.ts'
import { runtimeOf } from '../runtime/select.ts'
import { serverTrouble } from '../runtime/server-trouble.ts'
import { adminFile, readAdmin } from '../runtime/state/admin-credentials.ts'
import { type InstanceState, rememberedInstances } from '../runtime/state/state.ts'
import { knownInstance } from './known-instance.ts'

/** A running instance, with the data to talk to it. */
export interface FoundInstance {
  readonly keycloak: RunningKeycloak
  /** `undefined` for an external Keycloak. */
  readonly state: InstanceState | undefined
  readonly warnings: readonly string[]
}

/**
 * Finds the running instance that the options name.
 *
 * @throws {McpKeycloakError} `NOT_RUNNING`
 */
export async function findInstance(config: Config): Promise<FoundInstance> {
  if (config.keycloakUrl !== undefined)
    return { keycloak: externalKeycloak(config), state: undefined, warnings: [] }
  const { data, cache } = folders(config)
  const { state, running, warnings } = await knownInstance(config)
  if (!state) throw await noSuchInstance(config.instance, data, warnings)
  const runtime = runtimeOf(state, config, cache)
  if (!running) {
    const trouble = state.startedAt === undefined ? undefined : await serverTrouble(runtime, state)
    throw notRunning(state, trouble ? [...warnings, `${trouble.message} ${trouble.why}`] : warnings)
  }
  return { keycloak: await runningKeycloak(runtime, state), state, warnings }
}

/**
 * Describes a managed server to the rest of the program.
 *
 * @throws {McpKeycloakError} `ADMIN_UNKNOWN` when its administrator's file is missing or damaged
 */
export async function runningKeycloak(runtime: Runtime, state: InstanceState): Promise<RunningKeycloak> {
  return {
    runtime: runtime.name,
    url: publicUrl(state),
    admin: state.admin ?? (await unknownAdmin(state)),
    adminFile: adminFile(state.folder),
    folder: state.folder,
    lastLog: (lines) => runtime.lastLog(state, lines),
    diagnose: () => serverTrouble(runtime, state),
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
  const url = withoutTrailingSlash(keycloakUrl)
  const folder = join(folders(config).data, 'external', encodeURIComponent(url))
  return keycloakAt({ url, admin: { username: adminUsername, password: adminPassword }, folder })
}

/**
 * A Keycloak at a URL, without access to its log.
 *
 * @param of `folder` is the folder for files about it
 */
export function keycloakAt(of: Pick<RunningKeycloak, 'url' | 'admin' | 'folder'>): RunningKeycloak {
  return {
    ...of,
    runtime: 'external',
    url: withoutTrailingSlash(of.url),
    adminFile: undefined,
    lastLog: async () => [],
    diagnose: async () => undefined,
  }
}

/**
 * The error for an instance that nobody has started on this machine.
 *
 * @param data the data folder
 * @param warnings about a damaged state without a server and data
 */
export async function noSuchInstance(
  instance: string,
  data: string,
  warnings: readonly string[] = [],
): Promise<McpKeycloakError> {
  const known = (await rememberedInstances(data)).filter((name) => name !== instance)
  const others =
    known.length > 0
      ? `Instances of this machine: ${known.join(', ')}.`
      : `No instance was started on this machine (in ${data}).`
  return new McpKeycloakError('NOT_RUNNING', {
    what: `There is no instance "${instance}".`,
    why: warnings.length > 0 ? `${warnings.join(' ')} Neither its server nor its data was found.` : others,
    fix: `${known.length > 0 ? 'Name one of them (--instance <name>), or start it: ' : ''}${command('up', { instance })}`,
  })
}

/** @throws {McpKeycloakError} `ADMIN_UNKNOWN`, with a fix that keeps all data */
async function unknownAdmin({ instance, folder }: InstanceState): Promise<never> {
  const { damage } = await readAdmin(folder)
  throw new McpKeycloakError('ADMIN_UNKNOWN', {
    what: `The administrator's password of instance "${instance}" is not known.`,
    why: `${adminFile(folder)} ${damage === undefined ? 'is missing' : `is damaged: ${damage}`}.`,
    fix: `${command('up', { instance, yes: true })}: it restarts Keycloak and creates a new administrator with Keycloak's own recovery; realms, users and clients stay.`,
  })
}

/**
 * Creates the error for a server that is not running. `down` forgets the start time, so a known start time means a
 * crash.
 */
function notRunning({ instance, startedAt }: InstanceState, warnings: readonly string[]): McpKeycloakError {
  const died = startedAt !== undefined
  const start = `Start it again with its previous data: ${command('up', { instance })}`
  return new McpKeycloakError('NOT_RUNNING', {
    what: `Keycloak is not running (instance "${instance}").`,
    why: [
      ...warnings,
      died
        ? `It was started at ${new Date(startedAt).toLocaleString()} and not stopped by mcp-keycloak: it was killed, it crashed, or the machine was restarted.`
        : 'It was stopped.',
    ].join(' '),
    fix: died ? `${start}. What it said last: ${command('logs', { instance })}` : start,
  })
}
