import { MCP_SPEC } from '../../../config/mcp-spec.ts'
import { scopesWanted } from '../../attempt.ts'
import { fail, ok, type ProvenFinding, skip, type VerifyCheck, warn } from '../../check.ts'
import type { DoorAttempt } from '../../doors/ask-doors.ts'
import { bearer, withCredentials } from '../../doors/door.ts'
import { evidenceOf } from '../../doors/evidence.ts'
import type { Inspection } from '../../inspection.ts'
import type { Answer } from '../../mcp-endpoint.ts'
import { mcpRequest } from '../../protocol.ts'

/** The most tools that are tried. */
const MOST_TOOLS = 10

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
      .forge('narrow', await inspection.realmToken())
      .catch(() => undefined)
    if (narrow === undefined) return skip('There is no token with fewer scopes.')
    const challenged = new Map<string, readonly string[]>()
    const silent: DoorAttempt[] = []
    for (const name of tools.slice(0, MOST_TOOLS)) {
      const { answer, good, attempt } = await call(inspection, name, narrow, token)
      if (!isRefusal(answer)) continue
      const wanted = await scopesWanted(answer)
      if (wanted !== undefined) challenged.set(name, wanted)
      else if (!isRefusal(good)) silent.push({ ...attempt, token: 'narrow' })
    }
    if (silent.length > 0) {
      const profile = await inspection.framework()
      const names = silent.map(({ door }) => door.title).join(', ')
      return {
        ...warn(
          `It refuses ${names} without a challenge that names its scope: no client can step up.`,
          'A client logs in again for a further scope when a 403 has a challenge with error="insufficient_scope" and scope.',
          profile?.toolScopeFix
            ? `${profile.title}: ${profile.toolScopeFix('"<scope>"')}`
            : `Add to the 403: WWW-Authenticate: Bearer error="insufficient_scope", scope="<its scopes>", resource_metadata="${(await inspection.metadata()).url}"`,
          MCP_SPEC.scopeChallenge,
        ),
        evidence: evidenceOf(silent, inspection.mcpUrl),
      }
    }
    const { steppedUpTo } = await inspection.attempt()
    const hidden = await hiddenTools(inspection, narrow, tools)
    const stepped = [
      steppedUpTo ? `A second login got ${steppedUpTo.join(' ')}. ` : '',
      hidden.length > 0
        ? `Hidden from tokens without the scope, so that no client learns of it: ${hidden.join(', ')}. `
        : '',
    ].join('')
    if (challenged.size > 0) return judgeScopes(inspection, challenged, stepped)
    return ok(`${stepped}None of ${Math.min(tools.length, MOST_TOOLS)} tools asks for a further scope.`)
  },
}

/** Checks that a client can get the scopes that the tools ask for: the realm has them, and a second login gives them. */
async function judgeScopes(
  inspection: Inspection,
  challenged: ReadonlyMap<string, readonly string[]>,
  stepped: string,
): Promise<ProvenFinding> {
  const { scopes: known, resetCommand } = inspection.realm
  const { kind } = await inspection.authorizationServer()
  const wanted = [...new Set([...challenged.values()].flat())]
  const missing = kind === 'own' ? [] : wanted.filter((scope) => !known.includes(scope))
  if (missing.length > 0) {
    return fail(
      `A tool asks for ${missing.join(', ')}, which the realm does not have.`,
      'No client can get that scope, so nobody can call the tool.',
      resetCommand({ scope: missing }),
      MCP_SPEC.scopeChallenge,
    )
  }
  const token = await inspection.tokenWith(wanted)
  const shut: DoorAttempt[] = []
  for (const name of challenged.keys()) {
    const { answer, attempt } = await call(inspection, name, token, token)
    if (answer.response.status === 403) shut.push(attempt)
  }
  const shown = [...challenged].map(([name, scopes]) => `${name} (${scopes.join(' ')})`).join(', ')
  if (shut.length === 0) return ok(`${stepped}403 insufficient_scope for ${shown}.`)
  return {
    ...warn(
      `It refuses ${shut.map(({ door }) => door.title).join(', ')} also with the scopes that its 403 names.`,
      'A client logs in again for these scopes, and gets the same 403. The tool may need a role of another user.',
      'Name all scopes that the tool needs. For a missing role, answer with an error of the tool.',
      MCP_SPEC.scopeChallenge,
    ),
    evidence: evidenceOf(shut, inspection.mcpUrl),
  }
}

/** Whether the answer refuses the token's scopes: 403, or an error in a 200, as by `InsufficientScopeError` of FastMCP. */
function isRefusal({ response, text }: Answer): boolean {
  return response.status === 403 || (response.ok && /insufficient.?scope/i.test(text))
}

/** The tools that the list for a narrow token lacks, as by `require_scopes` of FastMCP. */
async function hiddenTools(
  { endpoint, mcpUrl, doors, era }: Inspection,
  narrow: string,
  tools: readonly string[],
): Promise<readonly string[]> {
  const { session } = await doors()
  const request = mcpRequest(await era(), 'tools/list', {}, session)
  const { message } = await endpoint.send(withCredentials(request, bearer(narrow), mcpUrl))
  const { tools: listed } = (message?.result ?? {}) as { readonly tools?: unknown }
  if (!Array.isArray(listed)) return []
  const names = new Set(listed.map((tool: { readonly name?: unknown } | null) => tool?.name))
  return tools.filter((name) => !names.has(name)).slice(0, MOST_TOOLS)
}

/** Calls a tool with a narrow token, then with a good one. */
async function call(
  inspection: Inspection,
  name: string,
  narrow: string,
  good: string,
): Promise<{ readonly answer: Answer; readonly good: Answer; readonly attempt: DoorAttempt }> {
  const { session } = await inspection.doors()
  const era = await inspection.era()
  const plain = mcpRequest(era, 'tools/call', { name, arguments: 'verify' }, session)
  const requestOf = (token: string) => withCredentials(plain, bearer(token), inspection.mcpUrl)
  const request = requestOf(narrow)
  const answer = await inspection.endpoint.send(request)
  const control = isRefusal(answer) ? await inspection.endpoint.send(requestOf(good)) : answer
  const door = { title: name, era, request: plain, hasSession: false, good: bearer(good), control }
  return { answer, good: control, attempt: { door, request, token: 'good', meaning: 'refused', answer } }
}
