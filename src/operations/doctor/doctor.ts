import { z } from 'zod'
import { VERDICTS } from '../../checks/finding.ts'

import { CLIENT_PROFILES } from '../../clients/all.ts'
import type { ClientProfile } from '../../clients/client-profile.ts'
import { commandTarget, withTarget } from '../../config/command.ts'
import type { Config } from '../../config/schema.ts'
import {
  CHECK_GROUPS,
  type CheckResult,
  type Finding,
  faultOf,
  REPAIRS,
  runDoctorChecks,
  skip,
} from '../../doctor/check.ts'
import { allChecks } from '../../doctor/checks/all.ts'
import { isMissing } from '../../doctor/subjects.ts'
import { McpKeycloakError, tellIfInterrupted, throwIfInterrupted } from '../../errors.ts'
import { findInstance } from '../../instance/instance.ts'
import { plannedRealmName } from '../../provisioning/plan-realm.ts'
import { type RealmFiles, realmFiles } from '../../realm/realm-files.ts'
import type { OnStep } from '../../runtime/runtime.ts'
import { byName } from '../snippets.ts'
import { type VerifyOptions, type VerifyReport, verify, verifyReportSchema } from '../verify.ts'
import { applyDoctorFix, type DoctorFixPlan, planDoctorFix } from './doctor-fix.ts'
import { NO_PASSWORD } from './doctor-server.ts'
import { type GatheredSubjects, gatherSubjects } from './doctor-subjects.ts'

/** One check and its result. */
const checkSchema = z.strictObject({
  /** Stable name: `trusted-hosts`, `client-claude-code`. */
  name: z.string(),
  /** Name for people: `Trusted hosts`. */
  title: z.string(),
  group: z.enum(CHECK_GROUPS),
  /** `skip`: the check could not run, or has nothing to look at. */
  status: z.enum(VERDICTS),
  /** The result, in one sentence. */
  what: z.string(),
  /** The reason why that is a fault, or what was seen. */
  why: z.string().nullable(),
  /** The next command or edit. */
  fix: z.string().nullable(),
  /** The repair that `--fix` makes; `null` when there is none. */
  repair: z.enum(REPAIRS).nullable(),
  /** Time of the check alone, without the time that it waited. */
  elapsedMs: z.number(),
})

/** `doctor --json`: the results of all checks. */
export const doctorReportSchema = z.strictObject({
  schemaVersion: z.literal(1),
  instance: z.string(),
  /** A Keycloak was found. */
  running: z.boolean(),
  /** No check found a fault, neither here nor in an MCP server. When `false`, the command ends with exit code 6. */
  healthy: z.boolean(),
  checks: z.array(checkSchema).readonly(),
  /** The MCP servers that the user named, checked as in `verify`. */
  mcpServers: z.array(verifyReportSchema).readonly(),
  /** The number of `checks` with each status. */
  counts: z.strictObject({ ok: z.number(), warn: z.number(), fail: z.number(), skip: z.number() }),
  /** Paths of the settings that `--fix` repaired before these checks; `null` without `--fix`, or when it failed. */
  fixed: z.array(z.string()).readonly().nullable(),
  elapsedMs: z.number(),
})

/** The results of all checks. */
export type DoctorReport = Readonly<z.infer<typeof doctorReportSchema>>

/** Approves the repairs before the first one starts; throws to stop them. */
export type ApproveFix = (plan: DoctorFixPlan, found: DoctorReport) => Promise<void>

/** Asks whether to loosen the stricter settings of a realm that is not managed. */
export type ApproveLoosening = (plan: DoctorFixPlan) => Promise<boolean>

/** The scope of the checks, and the repairs. */
export interface DoctorOptions {
  /** Only this client program, e.g. `claude-code`. Requires a running Keycloak. */
  readonly client?: string | undefined
  /** MCP URLs of running servers to check as in `verify`. Requires a running Keycloak. */
  readonly mcpServers?: readonly string[] | undefined
  /** Repairs the faults that need no new realm, then runs the checks again. */
  readonly fix?: ApproveFix | undefined
  /** Asked with `fix` for a realm that is not managed. Default: stricter settings stay. */
  readonly loosen?: ApproveLoosening | undefined
  readonly onStep?: OnStep
  readonly signal?: AbortSignal
}

/**
 * Checks this machine, the server and the realm. Plays every client program with its real requests, and removes what
 * that creates. A stopped server is not a fault.
 *
 * @throws {McpKeycloakError} `USAGE_INVALID` for an unknown client program; `NOT_RUNNING` when nothing runs, and the
 * options name a client program, an MCP server or a fix; `REALM_INVALID`, `INTERRUPTED`, `INSTANCE_BUSY`
 */
export async function doctor(config: Config, options: DoctorOptions = {}): Promise<DoctorReport> {
  let outcome = 'the clients that it had registered are deleted; nothing else was changed.'
  const onFixed = (paths: readonly string[]) => {
    outcome = `repaired before that: ${paths.join(', ')}.`
  }
  const files = realmFiles()
  const target = commandTarget(config, await plannedRealmName(config, files))
  return tellIfInterrupted(
    options.signal,
    () => outcome,
    () => withTarget(target, () => diagnose(config, files, options, onFixed)),
  )
}

/** @param onFixed called with the repaired settings */
async function diagnose(
  config: Config,
  files: RealmFiles,
  options: DoctorOptions,
  onFixed: (paths: readonly string[]) => void,
): Promise<DoctorReport> {
  const { client, mcpServers = [], fix, onStep = () => {}, signal } = options
  const profiles =
    client === undefined ? CLIENT_PROFILES : [byName(CLIENT_PROFILES, client, 'client program')]
  const needsServer = client !== undefined || mcpServers.length > 0 || fix !== undefined
  if (needsServer && config.keycloakUrl === undefined) await findInstance(config)
  const subjects = await gatherSubjects(config, files, signal)
  const found = await examine(config, subjects, profiles, options)
  if (!fix) return found
  const live = await subjects.live
  if (isMissing(live)) {
    const reason = additional('fix', 'Repair', skip('nothing was repaired', live.missing, live.fix))
    return { ...found, ...verdict([...found.checks, reason], found.mcpServers), fixed: [] }
  }
  const plan = await planDoctorFix(config, subjects, found.checks, signal).catch((error: unknown) =>
    additional('fix', 'Repair', asFault(error)),
  )
  if (plan === undefined) return { ...found, fixed: [] }
  if ('status' in plan) return { ...found, ...verdict([...found.checks, plan], found.mcpServers) }
  if (plan.changes.length > 0) await fix(plan, found)
  const { loosened = [] } = plan.additions ?? {}
  const isLoosened = loosened.length > 0 && ((await options.loosen?.(plan)) ?? false)
  const changes = [...plan.changes, ...(isLoosened ? loosened : []).flatMap((one) => one.changes)]
  if (changes.length === 0) return { ...found, fixed: [] }
  onStep(plan.additions ? 'Adding what MCP needs' : `Putting ${plan.repairs.join(', ')} right`)
  await applyDoctorFix(config, live, { ...plan, loosen: isLoosened }, signal)
  const fixed = [...new Set(changes.map(({ path }) => path))]
  onFixed(fixed)
  return { ...(await examine(config, await gatherSubjects(config, files, signal), profiles, options)), fixed }
}

async function examine(
  config: Config,
  subjects: GatheredSubjects,
  profiles: readonly ClientProfile[],
  { client, mcpServers = [], onStep = () => {}, signal }: DoctorOptions,
): Promise<DoctorReport> {
  const startedAt = performance.now()
  onStep(`Looking at this machine, the server and the realm, and playing ${client ?? 'every client program'}`)
  const checks = [...(await runDoctorChecks(allChecks(profiles), subjects, signal))]
  throwIfInterrupted(signal)
  const servers: VerifyReport[] = []
  for (const mcpUrl of mcpServers) {
    const walked = await walk(config, mcpUrl, { quick: true, onStep, signal })
    if ('score' in walked) servers.push(walked)
    else checks.push(additional('mcp-server', 'MCP server', walked))
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
  // Bad tokens require the realm's key and a second realm.
  if (!isAdministrator) return skip(`${mcpUrl} was not walked`, NO_PASSWORD.missing, NO_PASSWORD.fix)
  return verify(config, mcpUrl, options).catch(asFault)
}

/** Turns an error into a finding, so that one failure does not hide the other results. */
function asFault(error: unknown): Finding {
  if (error instanceof McpKeycloakError && error.code !== 'INTERRUPTED') return faultOf(error)
  throw error
}

function additional(name: string, title: string, finding: Finding): CheckResult {
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
