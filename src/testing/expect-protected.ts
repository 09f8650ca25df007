import { command } from '../config/command.ts'
import { type AddedOptions, addedOptions } from '../config/reset-command.ts'
import { assertMcpUrl } from '../operations/assert-mcp-url.ts'
import { type VerifyOptions, type VerifyReport, verifyServer } from '../operations/verify.ts'
import { scoreText } from '../operations/verify-score.ts'
import type { AppliedRealm } from '../provisioning/applied-realm.ts'
import { realmUnderTest } from '../provisioning/realm-under-test.ts'
import { badTokens } from '../verify/checks/bad-tokens.ts'

type Check = VerifyReport['checks'][number]

/**
 * The error for an MCP server that does not protect itself. Its message has what, why and the line to add, because
 * test runners show the message.
 */
export class NotProtectedError extends Error {
  override readonly name = 'NotProtectedError'

  constructor(report: VerifyReport, faults: readonly Check[]) {
    const made = report.framework ? `  (${report.framework})` : ''
    super([`${scoreText(report)}${made}`, ...faults.flatMap(described)].join('\n'))
  }
}

/**
 * Inspects a running MCP server and sends it bad tokens, as `mcp-keycloak verify` does. Also fails when a bad token
 * cannot be created, as in a realm file with its own signing key.
 *
 * @returns the report when nothing failed; it may have warnings
 * @throws {McpKeycloakError} `USAGE_INVALID` for an invalid MCP URL, `INTERRUPTED`
 */
export async function expectProtected(
  applied: AppliedRealm,
  mcpUrl: string,
  options: VerifyOptions,
): Promise<VerifyReport> {
  assertMcpUrl(mcpUrl, (url) => `expectProtected('${url}')`)
  const realm = realmUnderTest(applied, remake, mcpUrl)
  const report = await verifyServer(mcpUrl, realm, { quick: true, ...options })
  const failed = report.checks.filter(({ status }) => status === 'fail')
  const faults = failed.length > 0 ? failed : untried(report)
  if (faults.length > 0) throw new NotProtectedError(report, faults)
  return report
}

/** A test creates its own realm, so the command only shows the options. */
function remake(added: AddedOptions): string {
  return `make the realm of the test with the options of: ${command('up', addedOptions(undefined, added))}`
}

/** Lists bad tokens that could not be created. A server that limits requests may leave some unasked. */
export function untried({ checks }: VerifyReport): readonly Check[] {
  const isUntried = ({ status, notAsked }: Check) => status === 'skip' && notAsked === undefined
  return checks.filter((check) => isUntried(check) && badTokens.some(({ name }) => name === check.name))
}

function described({ title, what, why, fix }: Check): string[] {
  const more = (label: string, text: string | null) =>
    text === null ? [] : [`    ${label}  ${text.replaceAll('\n', '\n         ')}`]
  return ['', `  ✘ ${title}: ${what}`, ...more('Why', why), ...more('Fix', fix)]
}
