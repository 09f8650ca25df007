import { z } from 'zod'
import { Fault, VERDICTS, type Verdict } from '../checks/finding.ts'
import { command, commandTarget, withTarget } from '../config/command.ts'
import { didYouMean } from '../config/did-you-mean.ts'
import { resetCommand } from '../config/reset-command.ts'
import type { Config } from '../config/schema.ts'
import { McpKeycloakError, tellIfInterrupted } from '../errors.ts'
import { findAppliedRealm } from '../provisioning/applied-realm.ts'
import { realmUnderTest } from '../provisioning/realm-under-test.ts'
import { mcpUrls } from '../realm/patches/audience.ts'
import { runVerifyChecks } from '../verify/check.ts'
import { VERIFY_CHECKS } from '../verify/checks/all.ts'
import { FULL_CHECKS } from '../verify/checks/full/all.ts'
import type { RealmUnderTest } from '../verify/realm-under-test.ts'
import { startInspection } from '../verify/start-inspection.ts'
import { assertMcpUrl } from './assert-mcp-url.ts'

const checkSchema = z.strictObject({
  /** Stable name of the check, e.g. `aud`. */
  name: z.string(),
  /** The rule that a correct server meets. */
  title: z.string(),
  /** `skip`: the check could not run. */
  status: z.enum(VERDICTS),
  /** The observation. */
  what: z.string(),
  /** The reason why that is a fault, or what was seen. */
  why: z.string().nullable(),
  /** The next command or edit. */
  fix: z.string().nullable(),
  /** Address of the rule. */
  url: z.string().nullable(),
  /** `true`: the server was not asked, because it limits requests, the time was over, or it stopped. */
  notAsked: z.literal(true).optional(),
  /** The requests that prove a fault or a warning. Tokens are masked. */
  evidence: z
    .array(
      z.strictObject({
        /** The request by its method and protocol version. */
        door: z.string(),
        /** The name of the token. */
        token: z.string(),
        /** `modern` or `legacy`. */
        era: z.string(),
        /** The request, without the token. */
        request: z.string(),
        /** Status and beginning of the response. */
        answer: z.string(),
        /** A command line that sends the request again. */
        curl: z.string(),
      }),
    )
    .readonly()
    .optional(),
})

/** `verify --json`: the results of all checks of an MCP server. */
export const verifyReportSchema = z.strictObject({
  schemaVersion: z.literal(1),
  mcpUrl: z.string(),
  /** The realm whose tokens were used. */
  issuer: z.string(),
  /** The framework of the server, e.g. `FastMCP`; `null` when unknown. */
  framework: z.string().nullable(),
  checks: z.array(checkSchema).readonly(),
  score: z.strictObject({
    /** Checks without a fault. */
    passed: z.int(),
    warned: z.int(),
    failed: z.int(),
    /** Checks that could not run; `of` does not count them. */
    skipped: z.int(),
    /** Checks that ran. */
    of: z.int(),
  }),
  /** Things that could not be removed after the checks. */
  warnings: z.array(z.string()).readonly(),
  /** Duration of all checks. */
  elapsedMs: z.int(),
})

/** The results of all checks of an MCP server. */
export type VerifyReport = Readonly<z.infer<typeof verifyReportSchema>>

/** Limits and callbacks of {@link verify}. */
export interface VerifyOptions {
  /** Limit for each request to the MCP server. Default: 10 000. */
  readonly requestTimeoutMs?: number | undefined
  /** Accept any certificate of the MCP server. Default: false. */
  readonly insecure?: boolean | undefined
  /**
   * Send one bad token of each kind, with a client's first request only, and leave out further checks. Default: false.
   */
  readonly quick?: boolean | undefined
  /** Names of checks to leave out. Default: none. */
  readonly ignore?: readonly string[] | undefined
  /** A tool to call, without arguments. Default: only a tool that does not exist. */
  readonly call?: string | undefined
  /** Send tokens that attack the server itself. Default: only to a server on this machine. */
  readonly attack?: boolean | undefined
  /** Limit for all checks together. Later ones are not asked. Default: 120 000. */
  readonly timeMs?: number | undefined
  readonly onStep?: ((text: string) => void) | undefined
  /** Called with the title of each check that begins. */
  readonly onCheck?: ((title: string) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Checks a running MCP server with a realm of a running instance. First acts like a client, then tries bad tokens.
 *
 * @param mcpUrl default: the realm's first MCP URL
 * @returns also for a server that fails: see `score.failed`
 * @throws {McpKeycloakError} `USAGE_INVALID` for an invalid MCP URL or an unknown check to ignore, `NOT_RUNNING`, `REALM_NOT_FOUND`, `ADMIN_LOGIN_REFUSED`, `INTERRUPTED`
 */
export async function verify(
  config: Config,
  mcpUrl?: string,
  options: VerifyOptions = {},
): Promise<VerifyReport> {
  if (mcpUrl !== undefined) assertMcpUrl(mcpUrl, (url) => command('verify', url))
  const applied = await findAppliedRealm(config)
  const resource = mcpUrl ?? config.mcpUrl[0] ?? mcpUrls(applied.realm)[0]
  if (resource === undefined) throw noMcpUrl(applied.realm.realm)
  const realm = realmUnderTest(applied, (added) => resetCommand(applied.options, added), resource)
  return tellIfInterrupted(
    options.signal,
    () => 'the clients and the realm that it had created are removed.',
    () =>
      withTarget(commandTarget(config, applied.realm.realm), () => verifyServer(resource, realm, options)),
  )
}

/**
 * Checks an MCP server like {@link verify}, with any realm that can issue tokens.
 *
 * @throws {McpKeycloakError} `INTERRUPTED`
 */
export async function verifyServer(
  mcpUrl: string,
  realm: RealmUnderTest,
  {
    requestTimeoutMs = 10_000,
    insecure = false,
    quick = false,
    timeMs = 120_000,
    ignore = [],
    onStep,
    onCheck,
    signal,
    ...more
  }: VerifyOptions,
): Promise<VerifyReport> {
  assertKnown(ignore)
  const wanted = quick ? VERIFY_CHECKS : FULL_CHECKS
  const startedAt = Date.now()
  onStep?.(`Verifying ${mcpUrl}`)
  const inspection = startInspection(mcpUrl, realm, { requestTimeoutMs, insecure, timeMs, signal, ...more })
  const ask = async () => {
    const checks = await runVerifyChecks(
      wanted.filter(({ name }) => !ignore.includes(name)),
      inspection,
      { onCheck, timeMs, signal },
    )
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

/** Ignores the failure of an unreachable server, which has its own finding. The framework is then unknown. */
function unknown(error: unknown): undefined {
  if (!(error instanceof Fault || error instanceof McpKeycloakError)) throw error
}

/** @throws {McpKeycloakError} `USAGE_INVALID` for a name that no check has */
function assertKnown(ignore: readonly string[]): void {
  const names = FULL_CHECKS.map(({ name }) => name)
  const unknown = ignore.find((name) => !names.includes(name))
  if (unknown === undefined) return
  throw new McpKeycloakError('USAGE_INVALID', {
    what: `There is no check ${JSON.stringify(unknown)}.`,
    why: `The checks are ${names.join(', ')}.`,
    fix: didYouMean(unknown, names) ?? 'Give one of these names.',
  })
}

function noMcpUrl(realm: string): McpKeycloakError {
  return new McpKeycloakError('USAGE_INVALID', {
    what: 'It is not said which MCP server is meant.',
    why: `The realm "${realm}" has no MCP URL that could be taken.`,
    fix: command('verify', 'http://localhost:8000/mcp'),
  })
}
