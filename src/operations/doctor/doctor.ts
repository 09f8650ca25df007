import { z } from 'zod'
import { VERDICTS } from '../../checks/finding.ts'

import { CLIENT_PROFILES } from '../../clients/all.ts'
import type { ClientProfile } from '../../clients/client-profile.ts'
import { addressedFixes, commandTarget } from '../../config/addressed.ts'
import type { Config } from '../../config/schema.ts'
import { allChecks } from '../../doctor/all.ts'
import {
  CHECK_GROUPS,
  type CheckResult,
  type Finding,
  faultOf,
  REPAIRS,
  runChecks,
  skip,
} from '../../doctor/check.ts'
import { isMissing } from '../../doctor/subjects.ts'
import { McpKeycloakError, tellIfInterrupted, throwIfInterrupted } from '../../errors.ts'
import { findInstance } from '../../instance/instance.ts'
import { plannedRealmName } from '../../provisioning/plan-realm.ts'
import type { OnStep } from '../../runtime/runtime.ts'
import { byName } from '../snippets.ts'
import { type VerifyOptions, type VerifyReport, verify, verifyReportSchema } from '../verify.ts'
import { applyDoctorFix, type DoctorFixPlan, planDoctorFix } from './doctor-fix.ts'
import { NO_PASSWORD } from './doctor-server.ts'
import { gatherSubjects } from './doctor-subjects.ts'

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
  /** No check has found a fault, neither here nor in an MCP server; `false` makes the command end with 6. */
  healthy: z.boolean(),
  checks: z.array(checkSchema).readonly(),
  /** The MCP servers that were asked for, walked as `verify` does. */
  mcpServers: z.array(verifyReportSchema).readonly(),
  /** How many of `checks` ended how. */
  counts: z.strictObject({ ok: z.number(), warn: z.number(), fail: z.number(), skip: z.number() }),
  /** Paths of the settings that `--fix` has put right before these checks ran; `null` without `--fix`, or when it failed. */
  fixed: z.array(z.string()).readonly().nullable(),
  elapsedMs: z.number(),
})

/** What `doctor` has found. */
export type DoctorReport = Readonly<z.infer<typeof doctorReportSchema>>

/** Asked before anything is put right, with what was found; throws to stop it. */
export type ApproveFix = (plan: DoctorFixPlan, found: DoctorReport) => Promise<void>

/** What to look at. */
export interface DoctorOptions {
  /** Only this client program, e.g. `claude-code`; Keycloak has to run then. */
  readonly client?: string | undefined
  /** MCP URLs of running servers to walk as `verify` does; Keycloak has to run then. */
  readonly mcpServers?: readonly string[] | undefined
  /** Put right on the server what can be without making the realm anew, and look again. */
  readonly fix?: ApproveFix | undefined
  readonly onStep?: OnStep
  readonly signal?: AbortSignal
}

/**
 * Looks at this machine, the server and the realm, and plays every client program with what it really sends; what it
 * makes for that is removed. A server that does not run is no fault.
 *
 * @throws {McpKeycloakError} `USAGE_INVALID` for an unknown client program; `NOT_RUNNING` when one was asked for, an MCP
 * server or a fix, and nothing runs; `REALM_INVALID`, `INTERRUPTED`, `INSTANCE_BUSY`
 */
export async function doctor(config: Config, options: DoctorOptions = {}): Promise<DoctorReport> {
  let outcome = 'the clients that it had registered are deleted; nothing else was changed.'
  return tellIfInterrupted(
    options.signal,
    () => outcome,
    () =>
      diagnose(config, options, (paths) => {
        outcome = `repaired before that: ${paths.join(', ')}.`
      }),
  )
}

/** @param onFixed called with the repaired settings */
async function diagnose(
  config: Config,
  options: DoctorOptions,
  onFixed: (paths: readonly string[]) => void,
): Promise<DoctorReport> {
  const { client, mcpServers = [], fix, onStep = () => {}, signal } = options
  const profiles =
    client === undefined ? CLIENT_PROFILES : [byName(CLIENT_PROFILES, client, 'client program')]
  const needsServer = client !== undefined || mcpServers.length > 0 || fix !== undefined
  if (needsServer && config.keycloakUrl === undefined) await findInstance(config)
  const found = await examine(config, profiles, options)
  if (!fix) return found
  const plan = await planDoctorFix(config, found.checks, signal).catch((error: unknown) =>
    besides('fix', 'Repair', asFault(error)),
  )
  if (plan === undefined) return { ...found, fixed: [] }
  if ('status' in plan) return { ...found, ...verdict([...found.checks, plan], found.mcpServers) }
  await fix(plan, found)
  onStep(`Putting ${plan.repairs.join(', ')} right`)
  await applyDoctorFix(config, plan, signal)
  const fixed = plan.changes.map(({ path }) => path)
  onFixed(fixed)
  return { ...(await examine(config, profiles, options)), fixed }
}

async function examine(
  config: Config,
  profiles: readonly ClientProfile[],
  { client, mcpServers = [], onStep = () => {}, signal }: DoctorOptions,
): Promise<DoctorReport> {
  const startedAt = performance.now()
  onStep(`Looking at this machine, the server and the realm, and playing ${client ?? 'every client program'}`)
  const subjects = await gatherSubjects(config, signal)
  const target = commandTarget(config, await plannedRealmName(config))
  const checks = [...addressedFixes(await runChecks(allChecks(profiles), subjects, signal), target)]
  throwIfInterrupted(signal)
  const servers: VerifyReport[] = []
  for (const mcpUrl of mcpServers) {
    const walked = await walk(config, mcpUrl, { onStep, signal })
    if ('score' in walked) servers.push(walked)
    else checks.push(besides('mcp-server', 'MCP server', walked))
  }
  return {
    schemaVersion: 1,
    instance: config.instance,
    running: !isMissing(await subjects.address),
    ...verdict(checks, servers),
    fixed: null,
    elapsedMs: Math.round(performance.now() - startedAt),
  }
}

async function walk(config: Config, mcpUrl: string, options: VerifyOptions): Promise<VerifyReport | Finding> {
  const isAdministrator = config.keycloakUrl === undefined || config.adminPassword !== undefined
  // Bad tokens are made with the realm's key and in a realm beside it.
  if (!isAdministrator) return skip(`${mcpUrl} was not walked`, NO_PASSWORD.missing, NO_PASSWORD.fix)
  return verify(config, mcpUrl, options).catch(asFault)
}

/** What stops one question must not hide the answers to the others. */
function asFault(error: unknown): Finding {
  if (error instanceof McpKeycloakError && error.code !== 'INTERRUPTED') return faultOf(error)
  throw error
}

function besides(name: string, title: string, finding: Finding): CheckResult {
  return { name, title, group: 'clients', repair: null, ...finding, elapsedMs: 0 }
}

function verdict(
  checks: readonly CheckResult[],
  mcpServers: readonly VerifyReport[],
): Pick<DoctorReport, 'healthy' | 'checks' | 'mcpServers' | 'counts'> {
  const of = (status: CheckResult['status']) => checks.filter((check) => check.status === status).length
  const counts = { ok: of('ok'), warn: of('warn'), fail: of('fail'), skip: of('skip') }
  const healthy = counts.fail === 0 && mcpServers.every(({ score }) => score.failed === 0)
  return { healthy, checks, mcpServers, counts }
}
