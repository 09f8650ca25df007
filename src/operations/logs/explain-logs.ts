import { setTimeout as sleep } from 'node:timers/promises'

import { z } from 'zod'
import type { Config } from '../../config/schema.ts'
import { McpKeycloakError } from '../../errors.ts'
import { describeOccurrence } from '../../explain/describe.ts'
import { joinLog, type Occurrence } from '../../explain/join-log.ts'
import { parseLogEntry } from '../../keycloak/log/log-entry.ts'
import { printable, printableLine } from '../../printable.ts'
import { programOfUri } from './client-programs.ts'
import { explanationSchema } from './explanation-schema.ts'
import { openLog, sinceTime } from './logs.ts'
import { type RealmEvents, watchEvents } from './watch-events.ts'

/** Interval between requests for new events. */
const POLL_MS = 1000

/** Time after which log lines of a thread no longer wait for their event. */
const ALONE_AFTER_MS = 1500

/** `logs --explain --json`: one object per line. */
export const explainedLineSchema = z.strictObject({
  schemaVersion: z.literal(1),
  /** ISO 8601. */
  at: z.iso.datetime(),
  /** `null` for an entry of the server's log without a realm. */
  realm: z.string().nullable(),
  /** The program, by its registered name or its URI; `null` when unknown. */
  client: z.string().nullable(),
  /** E.g. `asked to register`, `got a token (openid)`. */
  did: z.string(),
  refused: z.boolean(),
  /** Keycloak's type of event, e.g. `CLIENT_REGISTER_ERROR`; `null` without an event. */
  event: z.string().nullable(),
  /** Keycloak's own word for the failure, e.g. `not_allowed`. */
  error: z.string().nullable(),
  /** The reasons for a refusal; empty for a success or an unknown failure. */
  explanations: z.array(explanationSchema.readonly()).readonly(),
})

/** One action of a client or user on the server. */
export type ExplainedLine = Readonly<z.infer<typeof explainedLineSchema>>

/** The wanted part of the activity. */
export interface ExplainLogsOptions {
  readonly follow?: boolean
  /** A time (ISO 8601), or how long ago: `30s`, `10m`, `2h`, `1d`. */
  readonly since?: string | undefined
  readonly signal?: AbortSignal | undefined
  /** Called with notes about the source, e.g. when the server does not answer. */
  readonly onNote?: (note: string) => void
}

/**
 * Reports the actions of clients and users, and the reasons for refusals. Joins Keycloak's events with the detailed
 * lines of its log. Covers all managed realms, or the realm of `config`.
 *
 * @throws {McpKeycloakError} `USAGE_INVALID` for an invalid time; `NOT_RUNNING` for an unknown instance;
 * `CONFIG_INVALID`, `ADMIN_LOGIN_REFUSED`, `KEYCLOAK_UNREACHABLE` for an external Keycloak
 */
export async function* explainLogs(
  config: Config,
  options: ExplainLogsOptions = {},
): AsyncGenerator<ExplainedLine> {
  const { follow = false, signal, onNote = () => {} } = options
  const from = sinceTime(options.since)
  const log = await readLog(config, from, options)
  const events = watchEvents(config, log !== undefined, onNote)
  for (;;) {
    // Before the log's first line its start is unknown. Then all stored events count.
    await (follow ? pause(POLL_MS, signal) : log?.end)
    const stored = await events.next(from ?? log?.startMs() ?? 0)
    const told = log?.take(follow ? Date.now() - ALONE_AFTER_MS : Number.POSITIVE_INFINITY) ?? []
    for (const one of [...told, ...stored].sort((first, second) => first.atMs - second.atMs)) {
      const line = await explainedLine(one, events, config.realm)
      if (line) yield line
    }
    log?.rethrow()
    if (!follow || signal?.aborted) return
  }
}

/** The part of the log that was read and not reported yet. */
interface ReadLog {
  /** Settles at the end of the log. */
  readonly end: Promise<void>
  /** Time of its first entry. */
  startMs(): number | undefined
  /** Removes and returns the complete occurrences, and those that have waited for an event since before that time. */
  take(aloneBeforeMs: number): readonly Occurrence[]
  rethrow(): void
}

/** Reads the log in parallel with the events; `undefined` for an external Keycloak. */
async function readLog(
  config: Config,
  from: number | undefined,
  { follow = false, signal, onNote }: ExplainLogsOptions,
): Promise<ReadLog | undefined> {
  if (config.keycloakUrl !== undefined) {
    onNote?.(
      'The log of an external Keycloak cannot be read. Only its stored events are shown. They name no host and no scope of a refused registration.',
    )
    return undefined
  }
  const { utc, lines } = await openLog(config)
  const join = joinLog()
  const ready: Occurrence[] = []
  let startMs: number | undefined
  let failure: unknown
  const read = async () => {
    for await (const text of lines({ follow, signal })) {
      const entry = parseLogEntry(text, utc)
      if (!entry) continue
      startMs ??= entry.atMs
      if (from === undefined || entry.atMs >= from) ready.push(...join.push(entry))
    }
  }
  const end = read().catch((error: unknown) => {
    if (!signal?.aborted) failure = error
  })
  return {
    end,
    startMs: () => startMs,
    take: (aloneBeforeMs) => [...ready.splice(0), ...join.flush(aloneBeforeMs)],
    rethrow() {
      if (failure !== undefined) throw failure
    },
  }
}

async function explainedLine(
  one: Occurrence,
  events: RealmEvents,
  wanted: string | undefined,
): Promise<ExplainedLine | undefined> {
  const { event } = one
  const realm = event?.realm
  if (realm !== undefined && (wanted === undefined ? !events.isOurs(realm) : wanted !== realm))
    return undefined
  const told = describeOccurrence(one, events.context(realm))
  if (!told) return undefined
  const { did, refused } = told
  const client = (await events.clientName(realm, event?.clientId)) ?? programIn(one)
  return {
    schemaVersion: 1,
    at: new Date(one.atMs).toISOString(),
    realm: realm ?? null,
    client: client === undefined ? null : printableLine(client), // untrusted, like all values of an event
    did: printableLine(did),
    refused,
    event: event?.type ?? null,
    error: event?.error ?? null,
    explanations: told.explanations.map(({ id, cause, what, why, fix, link, culprit }) => ({
      ...{ id, cause, what: printableLine(what), why: printable(why), fix: printable(fix), link },
      culprit: culprit === undefined ? null : printableLine(culprit),
    })),
  }
}

/** Finds the program of a refused client. Its event has no name, but the log has its URIs. */
function programIn({ logLines }: Occurrence): string | undefined {
  const uris = logLines.flatMap((line) => /UR[IL] '([^']+)'/.exec(line)?.[1] ?? [])
  return uris.map(programOfUri).find((program) => program !== undefined)
}

async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await sleep(ms, undefined, signal ? { signal } : {}).catch(() => {}) // interrupted: the caller checks the signal
}

/**
 * Refuses `--level`, because events have no level.
 *
 * @throws {McpKeycloakError} `USAGE_INVALID`
 */
export function refuseLevel(level: string | undefined): void {
  if (level === undefined) return
  throw new McpKeycloakError('USAGE_INVALID', {
    what: '--level does not go with --explain.',
    why: 'What is explained is put together from entries of several levels, and from events, which have none.',
    fix: 'Leave one of the two out.',
  })
}
