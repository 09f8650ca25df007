import { z } from 'zod'

import type { ServerBuild, ServerSettings } from '../config/server.ts'
import type { McpKeycloakError } from '../errors.ts'
import type { FollowOptions } from './follow-file.ts'
import type { KeptPart } from './kept-parts.ts'
import type { AdminCredentials } from './state/admin-credentials.ts'
import type { InstanceState } from './state/state.ts'

/** The kind of runtime. `external` is an external Keycloak. */
export const runtimeNameSchema = z.enum(['compose', 'java', 'external'])

/** The kind of runtime. */
export type RuntimeName = z.infer<typeof runtimeNameSchema>

/** Reports the current step to a waiting user. */
export type OnStep = (step: string) => void

/** The owner of a server: enough to find an instance's server and data without its state. */
export interface InstancePlace {
  readonly instance: string
  /** The instance's own folder. */
  readonly folder: string
}

/** Inputs of a runtime in addition to the server's settings. */
export interface RunContext extends InstancePlace {
  readonly onStep: OnStep
  /** Reports a warning to the user. */
  readonly onWarning: (warning: string) => void
  readonly signal: AbortSignal | undefined
  /** Aborted by the second signal: a server is killed instead of being waited for. */
  readonly hurry?: AbortSignal | undefined
}

/** The data for finding a server again. */
export interface ServerHandle {
  /** java: the process group's leader. */
  readonly pid?: number | undefined
  /** java: start time of that process, to tell it from another process with the same pid. */
  readonly processStart?: string | undefined
  /** compose: the data folder's id; `null` for an instance that an earlier version created. */
  readonly owner?: string | null | undefined
  /** compose: id of the engine that has the data. */
  readonly engine?: string | undefined
}

/** An instance that its runtime found on the machine, independent of its state. */
export interface FoundServer extends ServerHandle {
  /** Whether a server runs, ready or not. */
  readonly running: boolean
  readonly version: string
  readonly features: readonly string[]
  /** `undefined` when the machine does not show it. */
  readonly port: number | undefined
  readonly managementPort: number | undefined
  /** Start time of a running server, ISO 8601. */
  readonly startedAt?: string
}

/**
 * A way to run one Keycloak server. Independent of realms.
 */
export interface Runtime {
  readonly name: Exclude<RuntimeName, 'external'>
  /** Fetches what is missing (image, distribution). Not counted in the ready deadline. */
  prepare(build: ServerBuild, context: RunContext): Promise<void>
  /** Copies the data of the stopped server `before` to the prepared server of another version. */
  carryData(before: InstanceState, version: string): Promise<void>
  /** Gives the instance its own data, never another data folder's. Returns the state that finds the data again. */
  claim(
    place: InstancePlace & ServerHandle,
    build: ServerBuild,
    context: RunContext,
  ): Promise<Pick<InstanceState, 'owner' | 'engine' | 'copiedFrom'>>
  /** Starts the server and returns at once; it is not ready yet. */
  start(settings: ServerSettings, context: RunContext): Promise<ServerHandle>
  /** Removes the administrator's password from the files of a server that has started. */
  clearBootstrap(state: InstanceState): Promise<void>
  /** Finds the instance's server or data without a state; `undefined` when there is neither. */
  find(place: InstancePlace): Promise<FoundServer | undefined>
  /** Whether the instance has a database, which requires its existing administrator. */
  hasDatabase(place: InstancePlace, version: string): Promise<boolean>
  /**
   * Copies the database of a stopped server to a file, completely or not at all.
   *
   * @throws {McpKeycloakError} `DISK_FULL`, `STATE_UNWRITABLE`, `COMPOSE_FAILED`
   */
  saveDatabase(state: InstanceState, file: string): Promise<void>
  /**
   * Replaces the database of a stopped server by a copy of a file, completely or not at all.
   *
   * @throws {McpKeycloakError} `DISK_FULL`, `STATE_UNWRITABLE`, `COMPOSE_FAILED`
   */
  putDatabase(state: InstanceState, file: string): Promise<void>
  /**
   * Creates another administrator in the database of a stopped instance with Keycloak's recovery command.
   *
   * @param settings `admin` is the new administrator; its name must be unused
   * @throws {McpKeycloakError} `ADMIN_UNKNOWN` when the recovery fails
   */
  recoverAdmin(settings: ServerSettings, context: RunContext): Promise<void>
  /** Keeps the database of a server that has just created it, as a template for new instances. A failure is ignored. */
  keepDatabase(state: InstanceState): Promise<void>
  /**
   * Waits until the server has kept all parts that new instances share, and lists them.
   *
   * @throws {McpKeycloakError} `INTERRUPTED`
   */
  finishCache(state: InstanceState, signal: AbortSignal | undefined): Promise<readonly KeptPart[]>
  /**
   * Cleans up after a start, once the administrator has logged in. Keeps files that speed up the first start of other
   * instances, and removes outdated data.
   *
   * @returns the new state
   */
  settle(state: InstanceState): Promise<InstanceState>
  /**
   * Tells whether a starting server still runs.
   *
   * @throws {McpKeycloakError} `KEYCLOAK_EXITED`, `DOCKER_ELSEWHERE` when the server will never answer
   */
  isStarting(state: InstanceState): Promise<boolean>
  /**
   * Tells whether the server in `state` runs, ready or not.
   *
   * @throws {McpKeycloakError} `DOCKER_NOT_RUNNING`, `DOCKER_ELSEWHERE` when that cannot be found out
   */
  isRunning(state: InstancePlace & ServerHandle): Promise<boolean>
  /**
   * Stops only the server in `state`, and keeps its data.
   *
   * @param hurry aborting it kills the server instead of waiting for it
   */
  stop(state: InstancePlace & ServerHandle & Partial<ServerBuild>, hurry?: AbortSignal): Promise<void>
  /** Stops every server of the instance, also one that its state does not have. Returns whether there was one. */
  stopStray(place: InstancePlace): Promise<boolean>
  /**
   * Removes the data of a stopped server.
   *
   * @returns the reasons why data was kept
   */
  purge(place: InstancePlace & ServerHandle): Promise<readonly string[]>
  /** The last lines of the server's log. */
  lastLog(place: InstancePlace & ServerHandle, lines: number): Promise<readonly string[]>
  /** The lines of the server's log, to the end or until following stops. */
  log(place: InstancePlace & ServerHandle, options: FollowOptions): AsyncIterable<string>
  /** A sentence about how other containers reach the server. */
  containerUrl(state: InstancePlace & ServerHandle & Pick<ServerSettings, 'port'>): string
}

/** A running Keycloak, managed or external. */
export interface RunningKeycloak {
  readonly runtime: RuntimeName
  /** Base URL without a trailing slash. */
  readonly url: string
  readonly admin: AdminCredentials
  /** The file with the administrator; `undefined` for an external Keycloak. */
  readonly adminFile: string | undefined
  /** The folder for its data on this machine. */
  readonly folder: string
  /** The last lines of its log; empty for an external Keycloak. */
  lastLog(lines: number): Promise<readonly string[]>
  /** Looks on this machine for the reason of a server's failure; `undefined` when none is found. */
  diagnose(): Promise<McpKeycloakError | undefined>
}
