import { Fault } from '../../checks/finding.ts'
import type { Answer, McpEndpoint, OtherRequest } from '../mcp-endpoint.ts'
import type { Patience } from '../patient-fetch.ts'
import { type Credentials, type Door, type Meaning, meaningOf, withCredentials } from './door.ts'

/** One request with credentials, and its meaning. */
export interface DoorAttempt {
  readonly door: Door
  /** The request as it was sent, with the token. */
  readonly request: OtherRequest
  /** The name of the token. */
  readonly token: string
  readonly meaning: Meaning
  /** `undefined` when the server was not asked. */
  readonly answer: Answer | undefined
}

/** Requests at the same time. */
const WIDTH = 4

/** Sends credentials to the doors of a server, and remembers what it learns. */
export interface DoorAsker {
  /** Doors that are open without a token. Other tokens are not sent there. */
  readonly open: Set<Door>
  readonly attempts: readonly DoorAttempt[]
  /** Whether a request with a token of that name was accepted. */
  accepts(token: string): boolean
  ask(
    doors: readonly Door[],
    token: string,
    credentials: readonly Credentials[],
  ): Promise<readonly DoorAttempt[]>
}

/** @param timeMs time for all requests. Later ones are not sent */
export function doorAsker(endpoint: McpEndpoint, mcpUrl: URL, timeMs: number, patience: Patience): DoorAsker {
  const attempts: DoorAttempt[] = []
  const open = new Set<Door>()
  let endsAt: number | undefined
  const hanging = new Map<Door, Fault>()

  const send = async (
    door: Door,
    request: OtherRequest,
    credentials: Credentials,
  ): Promise<Answer | undefined> => {
    if (Date.now() > (endsAt ?? 0) || patience.isOver()) return undefined
    const answer = await endpoint.send(request)
    await endSession(door, answer, credentials)
    return answer
  }
  /**
   * Judges a response. A refusal other than 401 counts if it stays, and the good token is accepted in between. So a server
   * that is down for a moment, or bans its client after many bad tokens, is not judged by that.
   */
  const meant = async (door: Door, request: OtherRequest, answer: Answer): Promise<Meaning> => {
    const meaning = meaningOf(answer, door.control)
    if (meaning !== 'refused' || answer.response.ok || answer.response.status === 401) return meaning
    const good = await send(door, withCredentials(door.request, door.good, mcpUrl), door.good)
    const again = await send(door, request, {})
    const isOdd = good === undefined || good.response.status === answer.response.status
    return isOdd || again?.response.status !== answer.response.status ? 'unknown' : 'refused'
  }
  /** Ends a session that began by mistake of the server. */
  const endSession = async (door: Door, { response }: Answer, { headers }: Credentials) => {
    const id = response.headers.get('mcp-session-id')
    if (door.hasSession || id === null || !response.ok) return
    await endpoint.send({ method: 'DELETE', headers: { ...headers, 'mcp-session-id': id } }).catch(() => {})
  }
  const attempt = async (door: Door, token: string, credentials: Credentials): Promise<DoorAttempt> => {
    const known = hanging.get(door)
    if (known) throw known // a server that hangs is reported once
    const request = withCredentials(door.request, credentials, mcpUrl)
    const answer = await send(door, request, credentials).catch((error: unknown) => {
      if (error instanceof Fault) hanging.set(door, error)
      throw error
    })
    return { door, request, token, answer, meaning: answer ? await meant(door, request, answer) : 'unknown' }
  }
  return {
    open,
    attempts,
    accepts: (name) => attempts.some(({ token, meaning }) => token === name && meaning === 'accepted'),
    async ask(doors, token, credentials) {
      endsAt ??= Date.now() + timeMs
      const shut = doors.filter((door) => !open.has(door))
      // A server that limits requests is asked the most important ones only, one after the other.
      const left = (patience.isLimited() ? shut.slice(0, 1) : shut).flatMap((door) =>
        credentials.map((one) => ({ door, one })),
      )
      const seen: DoorAttempt[] = []
      const worker = async () => {
        for (let next = left.shift(); next; next = left.shift()) {
          seen.push(await attempt(next.door, token, next.one))
        }
      }
      await Promise.all(Array.from({ length: patience.isLimited() ? 1 : WIDTH }, worker))
      const inOrder = seen.toSorted((a, b) => doors.indexOf(a.door) - doors.indexOf(b.door))
      attempts.push(...inOrder)
      return inOrder
    },
  }
}
