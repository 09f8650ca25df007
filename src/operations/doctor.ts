import { z } from 'zod'

import { CLIENT_PROFILES } from '../clients/all.ts'
import { addressedFixes, commandTarget } from '../config/addressed.ts'
import type { Config } from '../config/schema.ts'
import { allChecks } from '../doctor/all.ts'
import { CHECK_GROUPS, type CheckResult, REPAIRS, runChecks, skip, VERDICTS } from '../doctor/check.ts'
import { isMissing } from '../doctor/subjects.ts'
import { throwIfInterrupted } from '../errors.ts'
import type { OnStep } from '../runtime/runtime.ts'
import { NO_PASSWORD } from './doctor-server.ts'
import { gatherSubjects } from './doctor-subjects.ts'
import { findInstance } from './instance.ts'
import { plannedRealmName } from './plan-realm.ts'
import { byName } from './snippets.ts'
import { type VerifyReport, verify, verifyReportSchema } from './verify.ts'

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
  /** MCP URLs of running servers to walk as `verify` does; Keycloak has to run then. */
  readonly mcpServers?: readonly string[] | undefined
  readonly onStep?: OnStep
  readonly signal?: AbortSignal
}

/**
 * Looks at this machine, the server and the realm, and plays every client program with what it really sends; what it
 * makes for that is removed. A server that does not run is no fault.
 *
 * @throws {McpKeycloakError} `USAGE_INVALID` for an unknown client program; `NOT_RUNNING` when one was asked for, or
 * an MCP server, and nothing runs; `REALM_INVALID`, `INTERRUPTED`
 */
export async function doctor(config: Config, options: DoctorOptions = {}): Promise<DoctorReport> {
  const { client, mcpServers = [], onStep = () => {}, signal } = options
  const startedAt = performance.now()
  const profiles =
    client === undefined ? CLIENT_PROFILES : [byName(CLIENT_PROFILES, client, 'client program')]
  const isAskedByName = client !== undefined || mcpServers.length > 0
  if (isAskedByName && config.keycloakUrl === undefined) await findInstance(config)
  onStep(`Looking at this machine, the server and the realm, and playing ${client ?? 'every client program'}`)
  const subjects = await gatherSubjects(config, signal)
  const target = commandTarget(config, await plannedRealmName(config))
  const checks = [...addressedFixes(await runChecks(allChecks(profiles), subjects, signal), target)]
  throwIfInterrupted(signal)
  const isAdministrator = config.keycloakUrl === undefined || config.adminPassword !== undefined
  const servers: VerifyReport[] = []
  for (const mcpUrl of mcpServers) {
    if (isAdministrator) servers.push(await verify(config, mcpUrl, { onStep, signal }))
    else checks.push(notWalked(mcpUrl))
  }
  const counts = count(checks)
  return {
    schemaVersion: 1,
    instance: config.instance,
    running: !isMissing(await subjects.address),
    healthy: counts.fail === 0 && servers.every(({ score }) => score.failed === 0),
    checks,
    mcpServers: servers,
    counts,
    fixed: null,
    elapsedMs: Math.round(performance.now() - startedAt),
  }
}

/** Bad tokens are made with the realm's key and in a realm beside it: an administrator has to be there. */
function notWalked(mcpUrl: string): CheckResult {
  const { missing, fix } = NO_PASSWORD
  const finding = skip(`${mcpUrl} was not walked`, missing, fix)
  return { name: 'mcp-server', title: 'MCP server', group: 'clients', repair: null, ...finding, elapsedMs: 0 }
}

function count(checks: readonly CheckResult[]): DoctorReport['counts'] {
  const of = (status: CheckResult['status']) => checks.filter((check) => check.status === status).length
  return { ok: of('ok'), warn: of('warn'), fail: of('fail'), skip: of('skip') }
}
