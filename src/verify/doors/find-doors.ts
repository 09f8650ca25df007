import type { Answer, McpEndpoint, OtherRequest } from '../mcp-endpoint.ts'
import { isServed } from '../mcp-endpoint.ts'
import { type Era, FIRST_METHODS, mcpRequest, VERSIONS } from '../protocol.ts'
import { MISSING_TOOL } from '../without-token.ts'
import { bearer, type Door, withCredentials } from './door.ts'

/** The doors of a server, and the eras that it speaks. */
export interface FoundDoors {
  readonly doors: readonly Door[]
  /** The eras, with the protocol version of each. */
  readonly eras: Readonly<Partial<Record<Era, string>>>
  /** The session of the good token; `undefined` for a server without sessions. */
  readonly session: string | undefined
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

/** Finds the requests that the server serves with a good token. Opens one session, if the server has sessions. */
export async function findDoors({ endpoint, mcpUrl, token, era, call }: Subject): Promise<FoundDoors> {
  const good = bearer(token)
  const ask = (request: OtherRequest) => endpoint.send(withCredentials(request, good, mcpUrl))
  const doors: Door[] = []
  const eras: Partial<Record<Era, string>> = {}
  let session: string | undefined
  const calls = [MISSING_TOOL, ...(call === undefined ? [] : [call])]
  const tried: readonly Era[] = era === 'modern' ? ['modern', 'legacy'] : ['legacy', 'modern']
  for (const one of tried) {
    const first = mcpRequest(one, FIRST_METHODS[one])
    const control = await ask(first)
    const version = versionOf(one, control)
    if (version === undefined && one !== era) continue
    eras[one] = version ?? VERSIONS[one]
    const id = control.response.headers.get('mcp-session-id') ?? undefined
    if (one === 'legacy' && id !== undefined) {
      session = id
      const { headers } = mcpRequest('legacy', 'ping', {}, id)
      const body = JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' })
      await ask({ headers, body })
    }
    const inSession = one === 'legacy' ? session : undefined
    const add = (title: string, request: OtherRequest, answer: Answer, hasSession: boolean) =>
      doors.push({ title: `${title} (${VERSIONS[one]})`, era: one, request, hasSession, control: answer })
    add(FIRST_METHODS[one], first, control, false)
    const list = mcpRequest(one, 'tools/list', {}, inSession)
    const listed = await ask(list)
    if (isServed(listed)) add('tools/list', list, listed, inSession !== undefined)
    for (const name of calls) {
      const request = mcpRequest(one, 'tools/call', { name, arguments: {} }, inSession)
      const called = await ask(request)
      const title = name === MISSING_TOOL ? 'tools/call' : `tools/call ${name}`
      if (called.response.ok) add(title, request, called, inSession !== undefined)
    }
    if (one === 'legacy') {
      const { headers } = mcpRequest('legacy', 'ping', {}, session)
      const stream = { method: 'GET' as const, headers: { ...headers, accept: 'text/event-stream' } }
      const opened = await ask(stream)
      if (opened.response.ok) add('GET, the event stream', stream, opened, session !== undefined)
    }
  }
  return {
    doors,
    eras,
    session,
    async end() {
      if (session === undefined) return
      const headers = { 'mcp-session-id': session }
      await ask({ method: 'DELETE', headers }).catch(() => {}) // a server may refuse to end sessions
    },
  }
}

/** The protocol version of a first response; `undefined` when the server does not speak the era. */
export function versionOf(era: Era, answer: Answer): string | undefined {
  if (!isServed(answer)) return undefined
  const result = (answer.message?.result ?? {}) as Readonly<Record<string, unknown>>
  if (era === 'legacy') return typeof result.protocolVersion === 'string' ? result.protocolVersion : undefined
  const { supportedVersions: versions } = result
  return Array.isArray(versions) && versions.includes(VERSIONS.modern) ? VERSIONS.modern : undefined
}
