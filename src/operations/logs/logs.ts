import { z } from 'zod'

import { command } from '../../config/command.ts'
import { folders } from '../../config/folders.ts'
import type { Config } from '../../config/schema.ts'
import { McpKeycloakError } from '../../errors.ts'
import { noSuchInstance } from '../../instance/instance.ts'
import { knownInstance } from '../../instance/known-instance.ts'
import { LOG_LEVELS, type LogLevel, logFilter } from '../../keycloak/log/log-filter.ts'
import type { FollowOptions } from '../../runtime/follow-file.ts'
import { runtimeOf } from '../../runtime/select.ts'
import { timeAgo } from './time-ago.ts'

/** `logs --json`: one object per line, because a log has no end. */
export const logLineSchema = z.strictObject({
  schemaVersion: z.literal(1),
  /** Unchanged from Keycloak; an entry can have several lines. */
  line: z.string(),
})

/** One line of `logs --json`. */
export type LogLine = Readonly<z.infer<typeof logLineSchema>>

/** The wanted lines of the log. */
export interface LogsOptions {
  readonly follow?: boolean
  /** A time (ISO 8601), or how long ago: `30s`, `10m`, `2h`, `1d`. */
  readonly since?: string | undefined
  /** The least important level to show, e.g. `WARN`. */
  readonly level?: string | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Reads the log of a running or stopped server, the same for every runtime.
 *
 * @throws {McpKeycloakError} `USAGE_INVALID` for an invalid time or level, and for an external Keycloak; `NOT_RUNNING` for
 * an unknown instance
 */
export async function* logs(config: Config, options: LogsOptions = {}): AsyncGenerator<string> {
  const filter = { sinceMs: sinceTime(options.since), level: logLevel(options.level) }
  const { lines, utc } = await openLog(config)
  const { follow = false, signal } = options
  const isWanted = logFilter({ ...filter, utc })
  for await (const line of lines({ follow, signal })) {
    if (isWanted(line)) yield line
  }
}

/** The log of a managed instance. */
export interface InstanceLog {
  /** Whether its times are in UTC, else in this machine's time zone. */
  readonly utc: boolean
  lines(options: FollowOptions): AsyncIterable<string>
}

/**
 * Opens the log of the running or stopped instance that the options select.
 *
 * @throws {McpKeycloakError} `USAGE_INVALID` for an external Keycloak; `NOT_RUNNING` for an unknown instance
 */
export async function openLog(config: Config): Promise<InstanceLog> {
  if (config.keycloakUrl !== undefined) throw notOurs(config.keycloakUrl)
  const { data, cache } = folders(config)
  const { state, warnings } = await knownInstance(config)
  if (!state) throw await noSuchInstance(config.instance, data, warnings)
  const runtime = runtimeOf(state, config, cache)
  return { utc: state.runtime === 'compose', lines: (options) => runtime.log(state, options) }
}

/**
 * Returns the start time of `--since`, in ms since 1970.
 *
 * @throws {McpKeycloakError} `USAGE_INVALID`
 */
export function sinceTime(since: string | undefined): number | undefined {
  return since === undefined ? undefined : timeAgo(since, command('logs', { since: '10m' }))
}

function logLevel(level: string | undefined): LogLevel | undefined {
  const known = LOG_LEVELS.find((name) => name === level?.toUpperCase())
  if (level === undefined || known) return known
  throw new McpKeycloakError('USAGE_INVALID', {
    what: `"${level}" is not a log level of Keycloak.`,
    why: `The levels are ${LOG_LEVELS.join(', ')}.`,
    fix: command('logs', { level: 'WARN' }),
  })
}

function notOurs(url: string): McpKeycloakError {
  return new McpKeycloakError('USAGE_INVALID', {
    what: `The log of the Keycloak at ${url} cannot be read from here.`,
    why: 'It is an external Keycloak.',
    fix: 'Ask its administrator, or leave --keycloak-url out to read the log of a managed instance.',
  })
}
