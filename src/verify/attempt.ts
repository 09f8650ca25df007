import { Fault } from '../checks/finding.ts'
import { McpKeycloakError } from '../errors.ts'
import { bearerChallenge } from '../oauth/challenges.ts'
import { type Answer, isRefused, isServed, type McpEndpoint } from './mcp-endpoint.ts'
import type { Era } from './protocol.ts'
import type { Tokens, TrialClient } from './trial-client.ts'

/** A client's first request with a token, after a second login if the server asks for more scopes. */
export interface Attempt {
  readonly tokens: Tokens
  readonly client: TrialClient
  /** The era of the request. */
  readonly era: Era
  /** The response, or the reason why there is none. */
  readonly answer: Answer | Fault
  /** The scopes that the second login was for; `undefined` when one login was enough. */
  readonly steppedUpTo?: readonly string[]
}

/** The server, and the client that logs in. */
interface Subject {
  readonly endpoint: McpEndpoint
  client(): Promise<TrialClient>
}

/**
 * Logs in and sends the first request. Answers a 403 `insufficient_scope` as a client does: logs in again, for the
 * scopes of the challenge and those of the first token.
 *
 * @see {@link https://modelcontextprotocol.io/specification/2026-07-28/basic/authorization#scope-challenge-handling MCP: step-up}
 */
export async function attemptLogin(
  inspection: Subject,
  clientFor: (scopes: readonly string[]) => Promise<TrialClient>,
): Promise<Attempt> {
  const client = await inspection.client()
  const tokens = await client.logIn()
  const first = await firstRequest(inspection, tokens.accessToken)
  const wanted = first.answer instanceof Fault ? undefined : await scopesWanted(first.answer)
  const missing = wanted?.filter((scope) => !client.scopes.includes(scope)) ?? []
  if (missing.length === 0) return { client, tokens, ...first }
  try {
    const scopes = [...new Set([...client.scopes, ...missing])]
    const further = await clientFor(scopes)
    const more = await further.logIn()
    const again = await firstRequest(inspection, more.accessToken)
    return { client: further, tokens: more, ...again, steppedUpTo: scopes }
  } catch (error) {
    if (!(error instanceof McpKeycloakError) || error.code === 'INTERRUPTED') throw error
    const fault = new Fault({
      what: `It asks for ${missing.join(' ')} with 403, and no client can get that.`,
      why: `${error.message} ${error.why}`,
      fix: 'Ask for scopes that the realm has, or add them to the realm.',
    })
    return { client, tokens, ...first, answer: fault }
  }
}

/** Reads the scopes of a 403 `insufficient_scope`; `undefined` for any other response. */
export async function scopesWanted({ response }: Answer): Promise<readonly string[] | undefined> {
  if (response.status !== 403) return undefined
  const { error, scope } = (await bearerChallenge(response))?.parameters ?? {}
  if (error !== 'insufficient_scope') return undefined
  return scope === undefined ? undefined : scope.split(' ').filter(Boolean).slice(0, 50)
}

/** Sends the first request of the legacy era. If the server does not know it, sends that of the modern era. */
async function firstRequest({ endpoint }: Subject, token: string): Promise<Pick<Attempt, 'era' | 'answer'>> {
  try {
    const answer = await endpoint.initialize(token)
    if (isServed(answer) || [401, 403, 429].includes(answer.response.status)) return { era: 'legacy', answer }
    const modern = await endpoint.initialize(token, {}, 'modern')
    return isServed(modern) || isRefused(modern)
      ? { era: 'modern', answer: modern }
      : { era: 'legacy', answer }
  } catch (error) {
    if (error instanceof Fault) return { era: 'legacy', answer: error }
    throw error
  }
}
