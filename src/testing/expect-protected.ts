import { addedFlags } from '../config/reset-command.ts'
import { assertMcpUrl } from '../operations/assert-mcp-url.ts'
import { type VerifyOptions, type VerifyReport, verifyServer } from '../operations/verify.ts'
import { scoreText } from '../operations/verify-score.ts'
import type { AppliedRealm } from '../provisioning/applied-realm.ts'
import { realmUnderTest } from '../provisioning/realm-under-test.ts'
import { badTokens } from '../verify/checks/bad-tokens.ts'

/** A test realm is made by its test; options of the command are added to this. */
const REMAKE = 'make the realm of the test with the options of: mcp-keycloak up'

type Check = VerifyReport['checks'][number]

/**
 * An MCP server does not protect itself. What is wrong, why, and the line to add are in the message, since that is
 * what test runners show.
 */
class NotProtectedError extends Error {
  override readonly name = 'NotProtectedError'

  constructor(report: VerifyReport, faults: readonly Check[]) {
    const made = report.framework ? `  (${report.framework})` : ''
    super([`${scoreText(report)}${made}`, ...faults.flatMap(described)].join('\n'))
  }
}

/**
 * Walks a running MCP server and tries bad tokens on it, as `mcp-keycloak verify` does; fails also where one of those cannot be
 * made, as in a realm whose file has a signing key of its own.
 *
 * @returns when nothing failed; there may be warnings
 * @throws {McpKeycloakError} `USAGE_INVALID` for what is no MCP URL, `INTERRUPTED`
 */
export async function expectProtected(
  applied: AppliedRealm,
  mcpUrl: string,
  options: VerifyOptions,
): Promise<VerifyReport> {
  assertMcpUrl(mcpUrl, (url) => `expectProtected('${url}')`)
  const realm = realmUnderTest(applied, (added) => `${REMAKE}${addedFlags(undefined, added)}`, mcpUrl)
  const report = await verifyServer(mcpUrl, realm, options)
  const failed = report.checks.filter(({ status }) => status === 'fail')
  const faults = failed.length > 0 ? failed : untried(report)
  if (faults.length > 0) throw new NotProtectedError(report, faults)
  return report
}

/** Bad tokens that could not be made: whether the server refuses such is not known. */
function untried({ checks }: VerifyReport): readonly Check[] {
  return checks.filter(({ name, status }) => status === 'skip' && badTokens.some((bad) => bad.name === name))
}

function described({ title, what, why, fix }: Check): string[] {
  const more = (label: string, text: string | null) =>
    text === null ? [] : [`    ${label}  ${text.replaceAll('\n', '\n         ')}`]
  return ['', `  ✘ ${title}: ${what}`, ...more('Why', why), ...more('Fix', fix)]
}
