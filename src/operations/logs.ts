import { folders } from '../config/folders.ts'
import type { Config } from '../config/schema.ts'
import { McpKeycloakError } from '../errors.ts'
import { LOG_LEVELS, type LogLevel, logFilter } from '../keycloak/log-filter.ts'
import type { FollowOptions } from '../runtime/follow-file.ts'
import { runtimeOf } from '../runtime/select.ts'
import { listInstances, readState } from '../runtime/state.ts'

/** Which lines of the log. */
export interface LogsOptions {
  readonly follow?: boolean
  /** A time (ISO 8601), or how long ago: `30s`, `10m`, `2h`, `1d`. */
  readonly since?: string | undefined
  /** The least important level to show, e.g. `WARN`. */
  readonly level?: string | undefined
  readonly signal?: AbortSignal | undefined
}

const UNIT_MS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/**
 * The server's log, of one that runs as of one that ran: the same for every runtime.
 *
 * @throws {McpKeycloakError} `USAGE_INVALID` for a time or a level that is none, and for a Keycloak that we do not run;
 * `NOT_RUNNING` for an instance that never was
 */
export async function* logs(config: Config, options: LogsOptions = {}): AsyncGenerator<string> {
  const filter = { sinceMs: sinceMs(options.since), level: logLevel(options.level) }
  const { lines, utc } = await openLog(config)
  const { follow = false, signal } = options
  const isWanted = logFilter({ ...filter, utc })
  for await (const line of lines({ follow, signal })) {
    if (isWanted(line)) yield line
  }
}

/** The log of an instance of ours. */
export interface InstanceLog {
  /** Its times are in UTC; else in this machine's time zone. */
  readonly utc: boolean
  lines(options: FollowOptions): AsyncIterable<string>
}

/**
 * Opens the log of the instance that the options mean, which need not run.
 *
 * @throws {McpKeycloakError} `USAGE_INVALID` for a Keycloak that we do not run; `NOT_RUNNING` for an instance that never was
 */
export async function openLog(config: Config): Promise<InstanceLog> {
  if (config.keycloakUrl !== undefined) throw notOurs(config.keycloakUrl)
  const { data, cache } = folders(config)
  const { state } = await readState(data, config.instance)
  if (!state) throw neverStarted(config.instance, await listInstances(data))
  const runtime = runtimeOf(state, config, cache)
  return { utc: state.runtime === 'compose', lines: (options) => runtime.log(state, options) }
}

/**
 * A point in time from how the user says it, in ms since 1970.
 *
 * @throws {McpKeycloakError} `USAGE_INVALID`
 */
export function sinceMs(since: string | undefined): number | undefined {
  if (since === undefined) return undefined
  const [, amount, unit] = /^(\d+)([smhd])$/.exec(since) ?? []
  const at = amount ? Date.now() - Number(amount) * UNIT_MS[unit as keyof typeof UNIT_MS] : Date.parse(since)
  if (Number.isFinite(at)) return at
  throw new McpKeycloakError('USAGE_INVALID', {
    what: `"${since}" is no time.`,
    why: 'It is a time such as 2026-11-21T09:30, or how long ago: 30s, 10m, 2h, 1d.',
    fix: 'mcp-keycloak logs --since 10m',
  })
}

function logLevel(level: string | undefined): LogLevel | undefined {
  const known = LOG_LEVELS.find((name) => name === level?.toUpperCase())
  if (level === undefined || known) return known
  throw new McpKeycloakError('USAGE_INVALID', {
    what: `"${level}" is no level of Keycloak's log.`,
    why: `The levels are ${LOG_LEVELS.join(', ')}.`,
    fix: 'mcp-keycloak logs --level WARN',
  })
}

function notOurs(url: string): McpKeycloakError {
  return new McpKeycloakError('USAGE_INVALID', {
    what: `The log of the Keycloak at ${url} cannot be read from here.`,
    why: 'Somebody else runs it.',
    fix: 'Ask whoever runs it; or leave --keycloak-url out for an instance of ours.',
  })
}

function neverStarted(instance: string, known: readonly string[]): McpKeycloakError {
  return new McpKeycloakError('NOT_RUNNING', {
    what: `There is no instance "${instance}".`,
    why:
      known.length > 0
        ? `Instances of this machine: ${known.join(', ')}.`
        : 'None was started on this machine.',
    fix: 'mcp-keycloak up',
  })
}
