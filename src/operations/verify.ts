import { z } from 'zod'
import { VERDICTS, type Verdict } from '../checks/finding.ts'
import { addressedFixes, commandTarget } from '../config/addressed.ts'
import { resetCommand } from '../config/reset-command.ts'
import type { Config } from '../config/schema.ts'
import { shellWord } from '../config/shell-word.ts'
import { McpKeycloakError, tellIfInterrupted } from '../errors.ts'
import { findAppliedRealm } from '../provisioning/applied-realm.ts'
import { realmUnderTest } from '../provisioning/realm-under-test.ts'
import { mcpUrls } from '../realm/patches/audience.ts'
import { runVerifyChecks } from '../verify/check.ts'
import { VERIFY_CHECKS } from '../verify/checks/all.ts'
import { Fault } from '../verify/finding.ts'
import type { RealmUnderTest } from '../verify/realm-under-test.ts'
import { startInspection } from '../verify/start-inspection.ts'
import { assertMcpUrl } from './assert-mcp-url.ts'

const checkSchema = z.strictObject({
  /** Stable name of the question, e.g. `aud`. */
  name: z.string(),
  /** What is true of a good server. */
  title: z.string(),
  /** `skip`: could not be asked. */
  status: z.enum(VERDICTS),
  /** What was seen. */
  what: z.string(),
  /** Why that is a fault, or what was seen. */
  why: z.string().nullable(),
  /** The next command or edit. */
  fix: z.string().nullable(),
  /** Where the rule is written. */
  url: z.string().nullable(),
})

/** What `verify --json` prints. */
export const verifyReportSchema = z.strictObject({
  schemaVersion: z.literal(1),
  mcpUrl: z.string(),
  /** The realm whose tokens were used. */
  issuer: z.string(),
  /** What the server is made with, e.g. `FastMCP`; `null` when nothing tells. */
  framework: z.string().nullable(),
  checks: z.array(checkSchema).readonly(),
  score: z.strictObject({
    /** Checks that found nothing to complain of. */
    passed: z.int(),
    warned: z.int(),
    failed: z.int(),
    /** Checks that could not be asked; they are not in `of`. */
    skipped: z.int(),
    /** Checks that were asked. */
    of: z.int(),
  }),
  /** What was left behind, and could not be removed. */
  warnings: z.array(z.string()).readonly(),
  /** From the first question to the last. */
  elapsedMs: z.int(),
})

/** What was found of a running MCP server. */
export type VerifyReport = Readonly<z.infer<typeof verifyReportSchema>>

/** Limits, and who is told of the progress. */
export interface VerifyOptions {
  /** For each request to the MCP server. Default: 10 000. */
  readonly requestTimeoutMs?: number | undefined
  /** Take any certificate of the MCP server. Default: false. */
  readonly insecure?: boolean | undefined
  readonly onStep?: ((text: string) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Walks a running MCP server as a client does, then tries bad tokens on it, against a realm of a running instance.
 *
 * @param mcpUrl default: the realm's first MCP URL
 * @returns also for a server that fails: see `score.failed`
 * @throws {McpKeycloakError} `USAGE_INVALID` for what is no MCP URL, `NOT_RUNNING`, `REALM_NOT_FOUND`, `ADMIN_LOGIN_REFUSED`, `INTERRUPTED`
 */
export async function verify(
  config: Config,
  mcpUrl?: string,
  options: VerifyOptions = {},
): Promise<VerifyReport> {
  if (mcpUrl !== undefined) assertMcpUrl(mcpUrl, (url) => `mcp-keycloak verify ${shellWord(url)}`)
  const applied = await findAppliedRealm(config)
  const resource = mcpUrl ?? config.mcpUrl[0] ?? mcpUrls(applied.realm)[0]
  if (resource === undefined) throw noMcpUrl(applied.realm.realm)
  const realm = realmUnderTest(applied, (added) => resetCommand(applied.options, added), resource)
  const report = await tellIfInterrupted(
    options.signal,
    () => 'the clients and the realm that it had created are removed.',
    () => verifyServer(resource, realm, options),
  )
  const target = commandTarget(config, applied.realm.realm)
  return { ...report, checks: addressedFixes(report.checks, target) }
}

/**
 * The same against any realm that can give tokens.
 *
 * @throws {McpKeycloakError} `INTERRUPTED`
 */
export async function verifyServer(
  mcpUrl: string,
  realm: RealmUnderTest,
  { requestTimeoutMs = 10_000, insecure = false, onStep, signal }: VerifyOptions,
): Promise<VerifyReport> {
  const startedAt = Date.now()
  onStep?.(`Verifying ${mcpUrl}`)
  const inspection = startInspection(mcpUrl, realm, { requestTimeoutMs, insecure, signal })
  const ask = async () => {
    const checks = await runVerifyChecks(VERIFY_CHECKS, inspection, { onStep, signal })
    return { checks, framework: (await inspection.framework().catch(unknown))?.title ?? null }
  }
  const ended = await ask().then(
    async (answers) => ({ ...answers, warnings: await inspection.end() }),
    async (error: unknown) => {
      await inspection.end() // report the first error, not this one
      throw error
    },
  )
  const count = (wanted: Verdict) => ended.checks.filter(({ status }) => status === wanted).length
  const [passed, warned, failed, skipped] = [count('ok'), count('warn'), count('fail'), count('skip')]
  return {
    schemaVersion: 1,
    mcpUrl,
    issuer: realm.issuer,
    ...ended,
    score: { passed, warned, failed, skipped, of: ended.checks.length - skipped },
    elapsedMs: Date.now() - startedAt,
  }
}

/** A server that cannot be asked has its own finding; what it is made with is then not known. */
function unknown(error: unknown): undefined {
  if (!(error instanceof Fault || error instanceof McpKeycloakError)) throw error
}

function noMcpUrl(realm: string): McpKeycloakError {
  return new McpKeycloakError('USAGE_INVALID', {
    what: 'It is not said which MCP server is meant.',
    why: `The realm "${realm}" has no MCP URL that could be taken.`,
    fix: 'mcp-keycloak verify http://localhost:8000/mcp',
  })
}
