import { setTimeout as sleep } from 'node:timers/promises'

import { Fault } from '../../checks/finding.ts'
import type { Answer, McpEndpoint } from '../mcp-endpoint.ts'
import { retryAfterMs } from '../when-allowed.ts'
import { type Credentials, type Door, type Meaning, meaningOf, withCredentials } from './door.ts'

/** One request with credentials, and its meaning. */
export interface DoorAttempt {
  readonly door: Door
  /** The name of the token. */
  readonly token: string
  readonly meaning: Meaning
  /** `undefined` when the server was not asked. */
  readonly answer: Answer | undefined
}

/** Requests at the same time. */
const WIDTH = 4

/** Time for all waits that the server asks for with 429. */
const MOST_WAIT_MS = 10_000

/** Sends credentials to the doors of a server, and remembers what it learns. */
export interface DoorAsker {
  /** Doors that are open without a token. Other tokens are not sent there. */
  readonly open: Set<Door>
  readonly attempts: readonly DoorAttempt[]
  ask(
    doors: readonly Door[],
    token: string,
    credentials: readonly Credentials[],
  ): Promise<readonly DoorAttempt[]>
}

/** @param timeMs time for all requests. Later ones are not sent */
export function doorAsker(endpoint: McpEndpoint, mcpUrl: URL, timeMs: number): DoorAsker {
  const attempts: DoorAttempt[] = []
  const open = new Set<Door>()
  let endsAt: number | undefined
  let waitedMs = 0
  let isLimited = false
  const hanging = new Map<Door, Fault>()

  const send = async (door: Door, credentials: Credentials): Promise<Answer | undefined> => {
    const request = withCredentials(door.request, credentials, mcpUrl)
    for (;;) {
      if (Date.now() > (endsAt ?? 0) || waitedMs > MOST_WAIT_MS) return undefined
      const answer = await endpoint.send(request)
      if (answer.response.status !== 429) {
        await endSession(door, answer, credentials)
        return answer
      }
      isLimited = true
      const ms = retryAfterMs(answer.response.headers.get('retry-after'))
      waitedMs += ms
      if (waitedMs > MOST_WAIT_MS) return undefined
      await sleep(ms)
    }
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
    const answer = await send(door, credentials).catch((error: unknown) => {
      if (error instanceof Fault) hanging.set(door, error)
      throw error
    })
    return { door, token, answer, meaning: answer ? meaningOf(answer, door.control) : 'unknown' }
  }
  return {
    open,
    attempts,
    async ask(doors, token, credentials) {
      endsAt ??= Date.now() + timeMs
      const shut = doors.filter((door) => !open.has(door))
      // A server that limits requests is asked the most important ones only, one after the other.
      const left = (isLimited ? shut.slice(0, 1) : shut).flatMap((door) =>
        credentials.map((one) => ({ door, one })),
      )
      const seen: DoorAttempt[] = []
      const worker = async () => {
        for (let next = left.shift(); next; next = left.shift()) {
          seen.push(await attempt(next.door, token, next.one))
        }
      }
      await Promise.all(Array.from({ length: isLimited ? 1 : WIDTH }, worker))
      const inOrder = seen.toSorted((a, b) => doors.indexOf(a.door) - doors.indexOf(b.door))
      attempts.push(...inOrder)
      return inOrder
    },
  }
}
