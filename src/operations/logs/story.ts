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

/** How often the server is asked for new events. */
const POLL_MS = 1000

/** What a thread has written and no event has followed for so long, gets none. */
const ALONE_AFTER_MS = 1500

/** One line of `logs --explain --json`. */
export const storyLineSchema = z.strictObject({
  schemaVersion: z.literal(1),
  /** ISO 8601. */
  at: z.iso.datetime(),
  /** `null` for what the server's log tells without naming a realm. */
  realm: z.string().nullable(),
  /** The program, as it registered or as its URI gives it away; `null` when nothing names it. */
  client: z.string().nullable(),
  /** E.g. `asked to register`, `got a token (openid)`. */
  did: z.string(),
  refused: z.boolean(),
  /** Keycloak's type of event, e.g. `CLIENT_REGISTER_ERROR`; `null` for what has none. */
  event: z.string().nullable(),
  /** Keycloak's own word for the failure, e.g. `not_allowed`. */
  error: z.string().nullable(),
  /** Why it was refused; empty when it went well, or is not known. */
  explanations: z.array(explanationSchema.readonly()).readonly(),
})

/** One thing that happened on the server. */
export type StoryLine = Readonly<z.infer<typeof storyLineSchema>>

/** Which part of the story. */
export interface StoryOptions {
  readonly follow?: boolean
  /** A time (ISO 8601), or how long ago: `30s`, `10m`, `2h`, `1d`. */
  readonly since?: string | undefined
  readonly signal?: AbortSignal | undefined
  /** What to know about the story itself, e.g. that the server does not answer just now. */
  readonly onNote?: (note: string) => void
}

/**
 * What clients and users do on the server, and why they are refused: Keycloak's events joined with the lines of its
 * log that hold the detail. All realms of ours, or the one of `config`.
 *
 * @throws {McpKeycloakError} `USAGE_INVALID` for a time that is none; `NOT_RUNNING` for an instance that never was;
 * `CONFIG_INVALID`, `ADMIN_LOGIN_REFUSED`, `KEYCLOAK_UNREACHABLE` for a Keycloak of somebody else
 */
export async function* story(config: Config, options: StoryOptions = {}): AsyncGenerator<StoryLine> {
  const { follow = false, signal, onNote = () => {} } = options
  const from = sinceTime(options.since)
  const log = await readLog(config, from, options)
  const events = watchEvents(config, log !== undefined, onNote)
  for (;;) {
    // Without the first line of a log its beginning is not known: then it is as far back as events are kept.
    await (follow ? pause(POLL_MS, signal) : log?.end)
    const stored = await events.next(from ?? log?.startMs() ?? 0)
    const told = log?.take(follow ? Date.now() - ALONE_AFTER_MS : Number.POSITIVE_INFINITY) ?? []
    for (const one of [...told, ...stored].sort((first, second) => first.atMs - second.atMs)) {
      const line = await storyLine(one, events, config.realm)
      if (line) yield line
    }
    log?.rethrow()
    if (!follow || signal?.aborted) return
  }
}

/** What of the log was read, and not told yet. */
interface ReadLog {
  /** Settles when there is no more of it. */
  readonly end: Promise<void>
  /** Time of its first entry. */
  startMs(): number | undefined
  /** What is complete; what waits for an event since before that time is, too. */
  take(aloneBeforeMs: number): readonly Occurrence[]
  rethrow(): void
}

/** Reads the log beside the events; `undefined` for a Keycloak whose log is not ours to read. */
async function readLog(
  config: Config,
  from: number | undefined,
  { follow = false, signal, onNote }: StoryOptions,
): Promise<ReadLog | undefined> {
  if (config.keycloakUrl !== undefined) {
    onNote?.(
      'The log of a Keycloak that somebody else runs cannot be read: there are its stored events alone, which name no host and no scope of a refused registration.',
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

async function storyLine(
  one: Occurrence,
  events: RealmEvents,
  wanted: string | undefined,
): Promise<StoryLine | undefined> {
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
    client: client === undefined ? null : printableLine(client), // strangers chose it, and what is in the event
    did: printableLine(did),
    refused,
    event: event?.type ?? null,
    error: event?.error ?? null,
    explanations: told.explanations.map(({ id, what, why, fix, link, culprit }) => ({
      ...{ id, what: printableLine(what), why: printable(why), fix: printable(fix), link },
      culprit: culprit === undefined ? null : printableLine(culprit),
    })),
  }
}

/** A refused client has no name in the event, but its URIs are in the log. */
function programIn({ logLines }: Occurrence): string | undefined {
  const uris = logLines.flatMap((line) => /UR[IL] '([^']+)'/.exec(line)?.[1] ?? [])
  return uris.map(programOfUri).find((program) => program !== undefined)
}

async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await sleep(ms, undefined, signal ? { signal } : {}).catch(() => {}) // interrupted: the caller looks
}

/**
 * Refuses what cannot be told apart in a story.
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
