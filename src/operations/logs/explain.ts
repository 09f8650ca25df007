import { setImmediate as nextTurn } from 'node:timers/promises'

import { z } from 'zod'

import { command, commandTarget, withTarget } from '../../config/command.ts'
import { parseRealmOptions } from '../../config/realm-options.ts'
import type { Config } from '../../config/schema.ts'
import { McpKeycloakError } from '../../errors.ts'
import type { Ecosystem } from '../../explain/ecosystems/ecosystem.ts'
import type { RealmContext } from '../../explain/known-failure.ts'
import { nearestFailure } from '../../explain/nearest.ts'
import { type Finding, scanText } from '../../explain/scan.ts'
import { type FoundInstance, findInstance } from '../../instance/instance.ts'
import { adminLogin } from '../../keycloak/admin.ts'
import { findRealmRecord } from '../../keycloak/realms.ts'
import { plannedRealmName } from '../../provisioning/plan-realm.ts'
import { FORGET_STEPS, programsIn } from './client-programs.ts'
import { linesOfText, withoutZeros } from './explain-input.ts'
import { explanationSchema } from './explanation-schema.ts'
import { type LastRefusal, lastRefusalIn } from './last-refusal.ts'
import { nextCommands } from './next-commands.ts'

/** Limit for some seconds of work; the log of one session is shorter. */
const MOST_CHARACTERS = 4_000_000

/** Limit in lines, because a short line costs nearly as much as a long one. */
const MOST_LINES = 200_000

/** Number of characters between two pauses in which signals are handled. */
const TURN_CHARACTERS = 50_000

/** Number of last log lines to search for a recent refusal. */
const LAST_LOG_LINES = 2000

const ecosystemSchema = z.strictObject({
  /** Stable name, such as `spring`. */
  name: z.string(),
  title: z.string(),
  /** Address of its documentation. */
  docs: z.string(),
})

const findingSchema = explanationSchema.extend({
  /** Whether the message settles the cause, or only makes it possible. */
  confidence: z.enum(['certain', 'possible']),
  /** The programs that write such a message; `null` when unknown. */
  ecosystem: ecosystemSchema.readonly().nullable(),
  /** Values in the message by name, such as `expected` and `got`. */
  values: z.record(z.string(), z.string()).readonly(),
  /** Number of the first line with the failure, from 1. */
  line: z.number().int(),
  /** Text of that line without secrets, at most 300 characters. */
  text: z.string(),
  /** Number of lines with the failure. */
  count: z.number().int(),
  /** Time of the last refusal of this kind in the server's log (ISO 8601); the explanation is then from there. */
  serverLogAt: z.string().nullable(),
  /** Instructions to forget a client id: for the programs in the text, else for all known programs. */
  forget: z
    .array(z.strictObject({ program: z.string(), title: z.string(), how: z.string() }).readonly())
    .readonly(),
})

/** `explain --json`: the known failures in a text. */
export const explainReportSchema = z.strictObject({
  schemaVersion: z.literal(1),
  linesRead: z.number().int(),
  /** The text was longer than the limit. */
  truncated: z.boolean(),
  /** Each known failure once, in the order of the text. */
  findings: z.array(findingSchema.readonly()).readonly(),
  /** The most similar known failure, when the text has none. */
  nearest: z
    .strictObject({ id: z.string(), example: z.string(), what: z.string(), link: z.string() })
    .readonly()
    .nullable(),
  /** The programs that most of the text is from; `null` when unknown. */
  ecosystem: ecosystemSchema.readonly().nullable(),
  /** Commands that may show more; empty when a cause is certain. */
  next: z.array(z.strictObject({ command: z.string(), shows: z.string() }).readonly()).readonly(),
})

/** The known failures in a text. */
export type ExplainReport = Readonly<z.infer<typeof explainReportSchema>>
type ReportedFinding = ExplainReport['findings'][number]

/**
 * Finds every known failure in a text: one message, or the whole log of a client or server. Needs no server. If the
 * instance of the options runs, its log adds details that the text does not have.
 *
 * @param lines the text, line by line; its first 4 million characters and 200,000 lines are read
 * @throws {McpKeycloakError} `USAGE_INVALID` when there is no text, or a binary file
 */
export async function explain(
  config: Config,
  lines: Iterable<string> | AsyncIterable<string>,
): Promise<ExplainReport> {
  const scan = scanText()
  const programs = new Set<string>()
  const sample: string[] = []
  let characters = 0
  let linesRead = 0
  let turnAt = TURN_CHARACTERS
  let truncated = false
  for await (const whole of linesOfText(lines)) {
    truncated = characters + whole.length > MOST_CHARACTERS || linesRead === MOST_LINES
    if (characters >= MOST_CHARACTERS || linesRead === MOST_LINES) break
    const line = withoutZeros(whole.slice(0, MOST_CHARACTERS - characters))
    characters += whole.length + 1 // an empty line also costs work
    if (characters > turnAt) {
      turnAt = characters + TURN_CHARACTERS
      await nextTurn()
    }
    linesRead++
    scan.push(line)
    for (const program of programsIn(line)) programs.add(program)
    if (line.trim() && sample.length < 500) sample.push(line)
    if (truncated) break
  }
  if (sample.length === 0) throw nothingGiven()
  const server = await lookAtServer(config)
  const findings = scan.findings(server.realm).map((finding) => reported(finding, server, programs))
  const nearest = findings.length > 0 ? undefined : nearestFailure(sample)
  const ecosystem = scan.ecosystem()
  const isCertain = findings.some(({ confidence }) => confidence === 'certain')
  return {
    schemaVersion: 1,
    linesRead,
    truncated,
    findings,
    nearest: nearest
      ? {
          id: nearest.id,
          example: nearest.example,
          what: nearest.explain({}, undefined, server.realm).what,
          link: nearest.link,
        }
      : null,
    ecosystem: shown(ecosystem),
    next: isCertain ? [] : withTarget(server.realm.target ?? {}, () => nextCommands(ecosystem)),
  }
}

function reported(finding: Finding, server: Server, programs: ReadonlySet<string>): ReportedFinding {
  const { line, text, count, vague, ecosystem, values } = finding
  const last = finding.culprit === undefined ? server.lastRefusal(finding) : undefined
  const { id, cause, what, why, fix, link, culprit, stale } = last?.explanation ?? finding
  const named = FORGET_STEPS.filter(({ program }) => programs.has(program))
  return {
    ...{ id, cause, what, why, fix, link, culprit: culprit ?? null, line, text, count, values },
    confidence: vague && !last ? 'possible' : 'certain',
    ecosystem: shown(ecosystem),
    serverLogAt: last ? new Date(last.atMs).toISOString() : null,
    forget: stale ? (named.length > 0 ? named : FORGET_STEPS) : [],
  }
}

function shown(ecosystem: Ecosystem | undefined): ReportedFinding['ecosystem'] {
  if (ecosystem === undefined) return null
  const { name, title, docs } = ecosystem
  return { name, title, docs }
}

/** The details from a running server. */
interface Server {
  readonly realm: RealmContext
  readonly lastRefusal: LastRefusal
}

async function lookAtServer(config: Config): Promise<Server> {
  const unknown: RealmContext = { target: commandTarget(config) }
  const found = await findInstance(config).catch(() => undefined) // no server runs: only the text counts
  if (!found?.state) return { realm: unknown, lastRefusal: () => undefined }
  const [realm, log] = await Promise.all([
    realmContext(config, found).catch(() => unknown), // its file cannot be read
    found.keycloak.lastLog(LAST_LOG_LINES).catch(() => []),
  ])
  return { realm, lastRefusal: lastRefusalIn(log, found.state.runtime === 'compose', realm) }
}

async function realmContext(config: Config, { keycloak }: FoundInstance): Promise<RealmContext> {
  const realm = await plannedRealmName(config)
  const login = adminLogin(keycloak)
  const record = await login.then((admin) => findRealmRecord(admin, realm)).catch(() => null) // just starting
  const target = commandTarget(config, realm)
  return { realm, target, options: record ? parseRealmOptions(record.options) : undefined }
}

function nothingGiven(): McpKeycloakError {
  return new McpKeycloakError('USAGE_INVALID', {
    what: 'There is nothing to explain.',
    why: 'The text is an argument, or comes on standard input.',
    fix: `${command('explain', 'Client not found')}, or: ${command('explain')} < client.log`,
  })
}
