import { MCP_SPEC } from '../../../config/mcp-spec.ts'
import { fail, notAsked, ok, type ProvenFinding, skip, type VerifyCheck } from '../../check.ts'
import type { DoorAttempt } from '../../doors/ask-doors.ts'
import { bearer, type Credentials, type Door, withCredentials } from '../../doors/door.ts'
import { evidenceOf } from '../../doors/evidence.ts'
import { initialized } from '../../doors/find-doors.ts'
import type { Inspection } from '../../inspection.ts'
import { isServed } from '../../mcp-endpoint.ts'
import { mcpRequest, VERSIONS } from '../../protocol.ts'
import { BAD_TOKENS, makeTokens } from '../bad-tokens.ts'
import { doorsOf } from './every-door.ts'

/** The tokens that are tried, beside none at all. */
const TRIED = ['garbage', 'aud', 'exp', 'sig']

/** Checks that nobody ends a session without a good token. */
export const sessionEnd: VerifyCheck = {
  name: 'session-end',
  title: 'Refuses to end a session without a good token',
  async run(inspection): Promise<ProvenFinding> {
    if (isServed(await inspection.withoutToken())) return skip('It asks for no token at all.')
    const good = bearer(await inspection.accepted())
    if ((await inspection.doors()).session.id === undefined) return skip('It has no sessions.')
    const door = await openSession(inspection, good)
    if (door === undefined || !(await isAlive(inspection, door))) return skip('It begins no further session.')
    const through: DoorAttempt[] = []
    const refused = new Set<number>()
    try {
      for (const [name, credentials] of await credentialsToTry(inspection)) {
        const request = withCredentials(door.request, credentials, inspection.mcpUrl)
        const answer = await inspection.endpoint.send(request)
        refused.add(answer.response.status)
        // Only the effect counts: some servers answer 200 or 405, and end nothing.
        if (await isAlive(inspection, door)) continue
        through.push({ door, request, token: name, meaning: 'accepted', answer })
        break // the session is gone
      }
    } finally {
      await inspection.endpoint.send(withCredentials(door.request, good, inspection.mcpUrl)).catch(() => {}) // another check reports a server that does not answer
    }
    if (refused.size === 0) return notAsked('other requests already accept more.')
    if (through.length === 0) return ok(`${[...refused].join(', ')}.`)
    const [{ token }] = through as [DoorAttempt]
    return {
      ...fail(
        `It ends a session for a request with ${token === 'no token' ? 'no token' : `a bad token (${token})`}.`,
        `Who sees a session id can end the session of its user. It accepts it at ${doorsOf(through).join(', ')}.`,
        'Check the token of DELETE like that of every other request.',
        MCP_SPEC.tokenRequirements,
      ),
      evidence: evidenceOf(through, inspection.mcpUrl),
    }
  },
}

/** The credentials that other requests refuse. One cause is reported once. */
async function credentialsToTry(inspection: Inspection): Promise<readonly [string, Credentials][]> {
  const { attempts, open } = inspection.asker
  const isKnown = (name: string) => attempts.some((one) => one.token === name && one.meaning === 'accepted')
  const tried: [string, Credentials][] = open.size > 0 ? [] : [['no token', {}]]
  for (const bad of BAD_TOKENS.filter(({ name }) => TRIED.includes(name) && !isKnown(name))) {
    const tokens = await makeTokens(inspection, bad)
    if (!('status' in tokens))
      tried.push(...tokens.map((token) => [bad.name, bearer(token)] as [string, Credentials]))
  }
  return tried
}

/** Begins a session, and returns the request that ends it; `undefined` when the server begins none. */
async function openSession(
  { endpoint, mcpUrl, doors }: Inspection,
  good: Credentials,
): Promise<Door | undefined> {
  const control = await endpoint.send(withCredentials(mcpRequest('legacy', 'initialize'), good, mcpUrl))
  const id = control.response.headers.get('mcp-session-id')
  if (!isServed(control) || id === null) return undefined
  const { version = VERSIONS.legacy } = (await doors()).session
  await endpoint.send(withCredentials(initialized({ id, version }), good, mcpUrl))
  const headers = { 'mcp-session-id': id, 'mcp-protocol-version': version }
  const title = `DELETE of a session (${version})`
  return { title, era: 'legacy', request: { method: 'DELETE', headers }, hasSession: true, good, control }
}

/** Whether the session still answers. An answer without meaning, such as 429, does not prove its end. */
async function isAlive({ endpoint, mcpUrl, doors }: Inspection, { request, good }: Door): Promise<boolean> {
  const { version } = (await doors()).session
  const list = mcpRequest('legacy', 'tools/list', {}, { id: request.headers['mcp-session-id'], version })
  const { response } = await endpoint.send(withCredentials(list, good, mcpUrl))
  return response.status !== 404 && response.status !== 400
}
