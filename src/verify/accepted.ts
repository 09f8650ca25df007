import { Fault } from '../checks/finding.ts'
import { bearerChallenge } from '../oauth/challenges.ts'
import { claimText, readToken } from '../oauth/decode-token.ts'
import type { Inspection } from './inspection.ts'

import { type Answer, isServed } from './mcp-endpoint.ts'
import { audienceFix } from './realm-under-test.ts'

/**
 * Checks that the MCP server accepts a token that a client got for it.
 *
 * @param answer its response to that token; default: sends a request
 * @returns the token
 * @throws {Fault} with the server's reason and the token's claims
 */
export async function assertAccepted(
  { endpoint, realm, resource }: Inspection,
  token: string,
  answer?: Answer,
): Promise<string> {
  const seen = answer ?? (await endpoint.initialize(token))
  const { response, message } = seen
  if (isServed(seen)) return token
  const { error, error_description: description } = (await bearerChallenge(response))?.parameters ?? {}
  const said = [error, description && shortened(description)].filter(Boolean).join(': ')
  throw new Fault({
    what: `It refuses a good token (${response.status}${response.ok ? ', with a JSON-RPC error' : ''}).`,
    why: [
      ...(message?.error ? [`It says: ${shortened(String(message.error.message))}`] : []),
      ...(said ? [`It says: ${said}`] : []),
      ...(realm.mcpUrls.includes(resource)
        ? []
        : [`The realm's tokens are for ${realm.mcpUrls.join(', ')}.`]),
      `The token: ${claims(token)}.`,
    ],
    fix: realm.mcpUrls.includes(resource)
      ? `The server has to expect the issuer ${realm.issuer} and the audience ${resource}; its log may say more.`
      : audienceFix(realm, resource),
  })
}

function shortened(text: string): string {
  return text.length <= 100 ? text : `${text.slice(0, 100)}…`
}

/** Describes the claims that a server checks. */
function claims(token: string): string {
  const read = readToken(token)
  if ('unreadable' in read) return read.unreadable
  const { iss, aud, scope } = read.claims
  return `iss ${claimText(iss) || 'none'}, aud ${claimText(aud) || 'none'}, scope ${claimText(scope) || 'none'}`
}
