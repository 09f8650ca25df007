import { bearerChallenge } from '../oauth/challenges.ts'
import { claimText, readToken } from '../oauth/decode-token.ts'
import { audienceFix } from './audience-fix.ts'
import { Fault } from './finding.ts'
import type { Inspection } from './inspection.ts'

/**
 * Makes sure that the MCP server takes a token that a client has got for it.
 *
 * @returns the token
 * @throws {Fault} with what the server says, and what is in the token
 */
export async function assertAccepted(
  { endpoint, realm, resource }: Inspection,
  token: string,
): Promise<string> {
  const { response } = await endpoint.initialize(token)
  if (response.ok) return token
  const { error, error_description: description } = (await bearerChallenge(response))?.parameters ?? {}
  const said = [error, description && shortened(description)].filter(Boolean).join(': ')
  throw new Fault({
    what: `It refuses a good token (${response.status}).`,
    why: [
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

/** The claims that a server looks at. */
function claims(token: string): string {
  const read = readToken(token)
  if ('unreadable' in read) return read.unreadable
  const { iss, aud, scope } = read.claims
  return `iss ${claimText(iss) || 'none'}, aud ${claimText(aud) || 'none'}, scope ${claimText(scope) || 'none'}`
}
