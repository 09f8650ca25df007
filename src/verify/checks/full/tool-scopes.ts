import { scopesWanted } from '../../attempt.ts'
import { ok, type ProvenFinding, skip, type VerifyCheck, warn } from '../../check.ts'
import type { DoorAttempt } from '../../doors/ask-doors.ts'
import { bearer, type Door, withCredentials } from '../../doors/door.ts'
import { evidenceOf } from '../../doors/evidence.ts'
import type { Inspection } from '../../inspection.ts'
import type { Answer } from '../../mcp-endpoint.ts'
import { mcpRequest } from '../../protocol.ts'

/** The most tools that are tried. */
const MOST_TOOLS = 10

const SPECIFICATION =
  'https://modelcontextprotocol.io/specification/2025-11-25/basic/authorization#scope-challenge-handling'

/**
 * Checks that a tool that needs a further scope says so with 403 `insufficient_scope`. The calls have no valid arguments,
 * which most servers refuse before the tool runs.
 */
export const toolScopes: VerifyCheck = {
  name: 'tool-scopes',
  title: 'A tool that needs a scope asks for it (403)',
  async run(inspection): Promise<ProvenFinding> {
    if (!inspection.mayAttack) return skip('Only asked of a server on this machine, or with --attack.')
    const token = await inspection.accepted()
    const { tools } = await inspection.session()
    if (tools.length === 0) return skip('It has no tools.')
    const narrow = await inspection.realm
      .spoil('narrow', await inspection.realmToken())
      .catch(() => undefined)
    if (narrow === undefined) return skip('There is no token with fewer scopes.')
    const challenged: string[] = []
    const silent: DoorAttempt[] = []
    for (const name of tools.slice(0, MOST_TOOLS)) {
      const { door, answer, good } = await call(inspection, name, narrow, token)
      const isSame = answer.response.status === good.response.status
      if (isSame || answer.response.status === 401 || answer.response.status === 429) continue
      if (answer.response.status !== 403) continue
      const wanted = await scopesWanted(answer)
      if (wanted === undefined) silent.push({ door, token: 'narrow', meaning: 'refused', answer })
      else challenged.push(`${name} (${wanted.join(' ')})`)
    }
    if (silent.length > 0) {
      const names = silent.map(({ door }) => door.title).join(', ')
      return {
        ...warn(
          `It refuses ${names} with 403, but names no scope: no client can step up.`,
          'A client logs in again for a further scope when a 403 has a challenge with error="insufficient_scope" and scope.',
          `Add to the 403: WWW-Authenticate: Bearer error="insufficient_scope", scope="<its scopes>", resource_metadata="${(await inspection.metadata()).url}"`,
          SPECIFICATION,
        ),
        evidence: evidenceOf(silent, inspection.mcpUrl),
      }
    }
    const { steppedUpTo } = await inspection.attempt()
    const stepped = steppedUpTo ? `A second login got ${steppedUpTo.join(' ')}. ` : ''
    if (challenged.length > 0) return ok(`${stepped}403 insufficient_scope for ${challenged.join(', ')}.`)
    return ok(`${stepped}None of ${Math.min(tools.length, MOST_TOOLS)} tools asks for a further scope.`)
  },
}

/** Calls a tool with a narrow token, then with a good one. */
async function call(
  inspection: Inspection,
  name: string,
  narrow: string,
  good: string,
): Promise<{ readonly door: Door; readonly answer: Answer; readonly good: Answer }> {
  const { session } = await inspection.doors()
  const era = await inspection.era()
  const request = mcpRequest(era, 'tools/call', { name, arguments: 'verify' }, session)
  const ask = (token: string) =>
    inspection.endpoint.send(withCredentials(request, bearer(token), inspection.mcpUrl))
  const answer = await ask(narrow)
  const control = answer.response.status === 403 ? await ask(good) : answer
  return { door: { title: name, era, request, hasSession: false, control }, answer, good: control }
}
