import { withoutTrailingSlash } from '../../../config/endpoints.ts'
import { resetCommand } from '../../../config/reset-command.ts'
import { type DoctorCheck, type Finding, fail, ok, skip } from '../../check.ts'

/** Checks that the realm's tokens are for the MCP server's URL. */
export const mcpUrl: DoctorCheck<'clientTrial'> = {
  name: 'mcp-url',
  title: 'MCP URL',
  group: 'realm',
  asks: 'clientTrial',
  run: ({ mcpUrls, wantedMcpUrls }) => judgeMcpUrls(mcpUrls, wantedMcpUrls),
}

/** Checks that tokens are for all requested MCP URLs. */
export function judgeMcpUrls(mcpUrls: readonly string[], wanted: readonly string[]): Finding {
  const missing = wanted.filter((url) => !mcpUrls.includes(url))
  if (mcpUrls.length + missing.length === 0) return skip('the realm has none: see "MCP needs"')
  const list = mcpUrls.join(', ') || 'none'
  if (missing.length === 0) return ok(`tokens are for ${list}`)
  const near = missing.find((url) =>
    mcpUrls.some((known) => withoutTrailingSlash(known) === withoutTrailingSlash(url)),
  )
  return fail(
    `no token is for ${missing.join(', ')}`,
    `They are for ${list}${near ? '; the two differ by the slash at the end, and are compared letter by letter' : ''}.`,
    resetCommand(undefined, { mcpUrl: [...mcpUrls, ...missing] }),
  )
}
