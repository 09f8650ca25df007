import { type Answer, isStream, type OtherRequest } from '../mcp-endpoint.ts'
import { isBusy } from '../patient-fetch.ts'
import type { Era } from '../protocol.ts'

/** The credentials of a request, wherever they are. */
export interface Credentials {
  readonly headers?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
  /** Members of the JSON body. */
  readonly body?: Readonly<Record<string, string>>
}

/** A request by which a client gets something from the server. A server must check the token of each one. */
export interface Door {
  /** The method and the protocol version, for people. */
  readonly title: string
  readonly era: Era
  readonly request: OtherRequest
  /** Whether it belongs to a session that began with a good token. */
  readonly hasSession: boolean
  /** The good token. */
  readonly good: Credentials
  /** The response to it. */
  readonly control: Answer
  /** Whether it is another form of a request, which guards can overlook. It is tried with few tokens only. */
  readonly isVariant?: boolean
}

/** Creates the header of a token. */
export const bearer = (token: string): Credentials => ({ headers: { authorization: `Bearer ${token}` } })

/** Adds credentials to a request. */
export function withCredentials(
  request: OtherRequest,
  { headers = {}, query = {}, body = {} }: Credentials,
  mcpUrl: URL,
): OtherRequest {
  const url = new URL(request.url ?? mcpUrl)
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
  const isLarger = Object.keys(body).length > 0 && request.body !== undefined
  return {
    ...request,
    url,
    headers: { ...request.headers, ...headers },
    ...(isLarger && { body: JSON.stringify({ ...JSON.parse(request.body ?? '{}'), ...body }) }),
  }
}

/** The meaning of a response for the credentials of its request. */
export type Meaning = 'accepted' | 'refused' | 'unknown'

/**
 * Judges a response by its meaning. A response like that to a good token accepts the credentials, also when it is the
 * same error, such as "unknown tool". A page for people is not one.
 */
export function meaningOf(answer: Answer, control: Answer): Meaning {
  const { response, message } = answer
  if ([401, 403].includes(response.status)) return 'refused'
  if (isBusy(response)) return 'unknown'
  if (!response.ok) return 'refused'
  if (message === undefined && !isStream(response)) return answer.text === '' ? 'unknown' : 'refused'
  if (message?.error === undefined) return 'accepted'
  const isSame = message.error.code === control.message?.error?.code && sameWords(message, control.message)
  return isSame ? 'accepted' : 'refused'
}

function sameWords(one: Answer['message'], other: Answer['message']): boolean {
  const words = (message: Answer['message']) => String(message?.error?.message ?? '').slice(0, 40)
  return words(one) === words(other)
}
