import { z } from 'zod'

import type { Config } from '../config/schema.ts'
import { mcpUrl as mcpUrlSchema } from '../config/values.ts'
import { runVerifyChecks } from '../doctor/verify/check.ts'
import { VERIFY_CHECKS } from '../doctor/verify/checks/all.ts'
import { CHECK_STATUSES, Fault } from '../doctor/verify/finding.ts'
import type { RealmUnderTest } from '../doctor/verify/realm-under-test.ts'
import { startWalk } from '../doctor/verify/walk.ts'
import { McpKeycloakError } from '../errors.ts'
import { findAppliedRealm } from './applied-realm.ts'
import { realmUnderTest } from './realm-under-test.ts'

const checkSchema = z.strictObject({
  /** Stable name of the question, e.g. `aud`. */
  id: z.string(),
  /** What is true of a good server. */
  title: z.string(),
  /** `skip`: could not be asked. */
  status: z.enum(CHECK_STATUSES),
  /** What was seen. */
  what: z.string(),
  why: z.string().optional(),
  /** The next command or edit. */
  fix: z.string().optional(),
  /** Where the rule is written. */
  url: z.string().optional(),
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
 * @throws {McpKeycloakError} `USAGE_INVALID` for what is no MCP URL, `NOT_RUNNING`, `ADMIN_LOGIN_REFUSED`, `INTERRUPTED`
 */
export async function verify(
  config: Config,
  mcpUrl?: string,
  options: VerifyOptions = {},
): Promise<VerifyReport> {
  const given = mcpUrl === undefined ? undefined : checkedMcpUrl(mcpUrl)
  const applied = await findAppliedRealm(config)
  const resource = given ?? config.mcpUrl[0] ?? realmUnderTest(applied, '').mcpUrls[0]
  if (resource === undefined) throw noMcpUrl(applied.realm.realm)
  return verifyServer(resource, realmUnderTest(applied, resource), options)
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
  const walk = startWalk(mcpUrl, realm, { requestTimeoutMs, insecure, signal })
  try {
    const checks = await runVerifyChecks(VERIFY_CHECKS, walk, { onStep, signal })
    const framework = await walk.framework().catch((error: unknown) => {
      if (error instanceof Fault || error instanceof McpKeycloakError) return undefined
      throw error
    })
    const count = (wanted: (typeof CHECK_STATUSES)[number]) =>
      checks.filter(({ status }) => status === wanted).length
    const [passed, warned, failed, skipped] = [count('ok'), count('warn'), count('fail'), count('skip')]
    return {
      schemaVersion: 1,
      mcpUrl,
      issuer: realm.issuer,
      framework: framework?.title ?? null,
      checks,
      score: { passed, warned, failed, skipped, of: checks.length - skipped },
      elapsedMs: Date.now() - startedAt,
    }
  } finally {
    await walk.end()
  }
}

function checkedMcpUrl(text: string): string {
  const { error } = mcpUrlSchema.safeParse(text)
  if (!error) return text
  const scheme = /^[\w.-]+(:\d+)?(\/|$)/.test(text)
  throw new McpKeycloakError('USAGE_INVALID', {
    what: `${JSON.stringify(text)} is no MCP URL.`,
    why: `It ${error.issues[0]?.message}.`,
    fix: scheme ? `mcp-keycloak verify http://${text}` : 'mcp-keycloak verify http://localhost:8000/mcp',
  })
}

function noMcpUrl(realm: string): McpKeycloakError {
  return new McpKeycloakError('USAGE_INVALID', {
    what: 'Which MCP server is meant?',
    why: `The realm "${realm}" has no MCP URL that could be taken.`,
    fix: 'mcp-keycloak verify http://localhost:8000/mcp',
  })
}
