import {
  type Answer,
  isServed,
  isStream,
  type McpEndpoint,
  type OtherRequest,
  versionOf,
} from '../mcp-endpoint.ts'
import { type Era, FIRST_METHODS, type LegacySession, mcpRequest, VERSIONS } from '../protocol.ts'
import { MISSING_TOOL } from '../without-token.ts'
import { bearer, type Door, withCredentials } from './door.ts'

/** The doors of a server, and the eras that it speaks. */
export interface FoundDoors {
  readonly doors: readonly Door[]
  /** Requests that the server answers with 401 in spite of the good token. */
  readonly shut: readonly Door[]
  /** The eras, with the protocol version of each. */
  readonly eras: Readonly<Partial<Record<Era, string>>>
  /** The session of the good token. */
  readonly session: LegacySession
  /** Ends that session. */
  end(): Promise<void>
}

/** A server, and a token that it accepts. */
interface Subject {
  readonly endpoint: McpEndpoint
  readonly mcpUrl: URL
  readonly token: string
  /** The era of the first request that was served. */
  readonly era: Era
  /** A tool that may be called. */
  readonly call: string | undefined
}

/** Lists that a server need not have. */
const FURTHER_LISTS = ['resources/list', 'prompts/list']

/** Finds the requests that the server serves with a good token. Opens one session, if the server has sessions. */
export async function findDoors({ endpoint, mcpUrl, token, era, call }: Subject): Promise<FoundDoors> {
  const good = bearer(token)
  const ask = (request: OtherRequest) => endpoint.send(withCredentials(request, good, mcpUrl))
  const doors: Door[] = []
  const shut: Door[] = []
  const eras: Partial<Record<Era, string>> = {}
  let session: LegacySession = {}
  const calls = [MISSING_TOOL, ...(call === undefined ? [] : [call])]
  const tried: readonly Era[] = era === 'modern' ? ['modern', 'legacy'] : ['legacy', 'modern']
  for (const one of tried) {
    const first = mcpRequest(one, FIRST_METHODS[one])
    const control = await ask(first)
    const version = versionOf(one, control)
    if (version === undefined && one !== era) continue
    eras[one] = version ?? VERSIONS[one]
    const id = control.response.headers.get('mcp-session-id') ?? undefined
    if (one === 'legacy') {
      session = { id, version }
      await ask(initialized(session))
    }
    const inSession = one === 'legacy' ? session : {}
    const add = (title: string, request: OtherRequest, answer: Answer, more: Partial<Door> = {}) => {
      const hasSession = inSession.id !== undefined && request !== first
      const door = {
        title: `${title} (${eras[one]})`,
        era: one,
        request,
        hasSession,
        good,
        control: answer,
        ...more,
      }
      if (answer.response.status === 401) shut.push(door)
      else doors.push(door)
    }
    const isShut = ({ response }: Answer) => response.status === 401
    /** Adds another request if the server serves it. */
    const serve = async (title: string, request: OtherRequest, isVariant = false) => {
      const answer = await ask(request)
      const isResult = answer.message?.result !== undefined
      if (isVariant ? isResult : isServed(answer) || isShut(answer))
        add(title, request, answer, { isVariant })
      return isResult
    }
    add(FIRST_METHODS[one], first, control)
    const list = mcpRequest(one, 'tools/list', {}, inSession)
    const hasTools = await serve('tools/list', list)
    for (const name of calls) {
      const request = mcpRequest(one, 'tools/call', { name, arguments: {} }, inSession)
      const called = await ask(request)
      const title = name === MISSING_TOOL ? 'tools/call' : `tools/call ${name}`
      if (called.response.ok || isShut(called)) add(title, request, called)
    }
    for (const method of FURTHER_LISTS) await serve(method, mcpRequest(one, method, {}, inSession))
    if (one === 'legacy') {
      const { headers } = mcpRequest('legacy', 'ping', {}, session)
      const stream = { method: 'GET' as const, headers: { ...headers, accept: 'text/event-stream' } }
      const opened = await ask(stream)
      const isOpened = opened.response.ok && isStream(opened.response)
      if (isOpened || isShut(opened)) add('GET, the event stream', stream, opened)
    }
    if (!hasTools) continue
    const { headers, body } = list
    await serve(
      'tools/list as text/plain',
      { headers: { ...headers, 'content-type': 'text/plain' }, body },
      true,
    )
    if (one === 'legacy') await serve('tools/list in a batch', { headers, body: `[${body}]` }, true)
    else
      await serve(
        'tools/list with Mcp-Method: ping',
        { headers: { ...headers, 'mcp-method': 'ping' }, body },
        true,
      )
  }
  return {
    doors,
    shut,
    eras,
    session,
    async end() {
      if (session.id === undefined) return
      const headers = { 'mcp-session-id': session.id }
      await ask({ method: 'DELETE', headers }).catch(() => {}) // a server may refuse to end sessions
    },
  }
}

/** The notification with which a client ends the initialization. */
export function initialized(session: LegacySession): OtherRequest {
  const { headers } = mcpRequest('legacy', 'ping', {}, session)
  return { headers, body: JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' }) }
}
