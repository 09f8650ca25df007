import { z } from 'zod'

import { CLIENT_PROFILES } from '../clients/all.ts'
import type { Config } from '../config/schema.ts'
import { allChecks } from '../doctor/all.ts'
import { CHECK_GROUPS, type CheckResult, REPAIRS, runChecks, VERDICTS } from '../doctor/check.ts'
import { isMissing } from '../doctor/subjects.ts'
import { throwIfInterrupted } from '../errors.ts'
import type { OnStep } from '../runtime/runtime.ts'
import { gatherSubjects } from './doctor-subjects.ts'
import { findInstance } from './instance.ts'
import { byName } from './snippets.ts'

/** One question, and its answer. */
const checkSchema = z.strictObject({
  /** Stable word: `trusted-hosts`, `client-claude-code`. */
  name: z.string(),
  /** The same for a person: `Trusted hosts`. */
  title: z.string(),
  group: z.enum(CHECK_GROUPS),
  /** `skip`: it could not be looked at, or there is nothing to look at. */
  status: z.enum(VERDICTS),
  /** What was found, in one sentence. */
  what: z.string(),
  /** Why that is a fault, or what was seen. */
  why: z.string().nullable(),
  /** The next command or edit. */
  fix: z.string().nullable(),
  /** What `--fix` does about a fault; `null`: nothing. */
  repair: z.enum(REPAIRS).nullable(),
  /** Of the question alone, without what it waited for. */
  elapsedMs: z.number(),
})

/** What `doctor` has found. */
export const doctorReportSchema = z.strictObject({
  schemaVersion: z.literal(1),
  instance: z.string(),
  /** A Keycloak was there to be looked at. */
  running: z.boolean(),
  /** No check has found a fault; `false` makes the command end with 6. */
  healthy: z.boolean(),
  checks: z.array(checkSchema).readonly(),
  /** How many checks ended how. */
  counts: z.strictObject({ ok: z.number(), warn: z.number(), fail: z.number(), skip: z.number() }),
  /** Paths of the settings that `--fix` has put right before these checks ran; `null` without `--fix`. */
  fixed: z.array(z.string()).readonly().nullable(),
  elapsedMs: z.number(),
})

/** What `doctor` has found. */
export type DoctorReport = Readonly<z.infer<typeof doctorReportSchema>>

/** What to look at. */
export interface DoctorOptions {
  /** Only this client program, e.g. `claude-code`; Keycloak has to run then. */
  readonly client?: string | undefined
  readonly onStep?: OnStep
  readonly signal?: AbortSignal
}

/**
 * Looks at this machine, the server and the realm, and plays every client program with what it really sends; what it
 * makes for that is removed. A server that does not run is no fault.
 *
 * @throws {McpKeycloakError} `USAGE_INVALID` for an unknown client program; `NOT_RUNNING` when one was asked for and
 * nothing runs; `REALM_INVALID`, `INTERRUPTED`
 */
export async function doctor(config: Config, options: DoctorOptions = {}): Promise<DoctorReport> {
  const { client, onStep = () => {}, signal } = options
  const startedAt = performance.now()
  const profiles =
    client === undefined ? CLIENT_PROFILES : [byName(CLIENT_PROFILES, client, 'client program')]
  if (client !== undefined && config.keycloakUrl === undefined) await findInstance(config)
  onStep(`Looking at this machine, the server and the realm, and playing ${client ?? 'every client program'}`)
  const subjects = await gatherSubjects(config, signal)
  const checks = await runChecks(allChecks(profiles), subjects, signal)
  throwIfInterrupted(signal)
  const counts = count(checks)
  return {
    schemaVersion: 1,
    instance: config.instance,
    running: !isMissing(await subjects.address),
    healthy: counts.fail === 0,
    checks,
    counts,
    fixed: null,
    elapsedMs: Math.round(performance.now() - startedAt),
  }
}

function count(checks: readonly CheckResult[]): DoctorReport['counts'] {
  const of = (status: CheckResult['status']) => checks.filter((check) => check.status === status).length
  return { ok: of('ok'), warn: of('warn'), fail: of('fail'), skip: of('skip') }
}
