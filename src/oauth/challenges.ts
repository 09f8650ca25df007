import {
  protectedResourceRequest,
  type WWWAuthenticateChallenge,
  WWWAuthenticateChallengeError,
} from 'oauth4webapi'

import { requestOptions } from './requests.ts'

/** One challenge of a `WWW-Authenticate` header: its scheme and its parameters, names in lower case. */
export type Challenge = WWWAuthenticateChallenge

/** A URL without quotes, as servers on the Go SDK before 1.8 send it. The clients of the official SDKs read it. */
export const UNQUOTED_URL = /=([^\s",=]*:\/\/[^\s",]*)/

/** Longer than any real header. The library's parser takes time that grows with the square of the length. */
const MAX_CHARACTERS = 8_000

/**
 * Reads the challenges of a response, also of one whose URLs lack quotes. Returns none when the header is missing, garbled
 * or longer than 8,000 characters.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9110.html#section-11.6.1 RFC 9110 §11.6.1}
 */
export async function challengesOf({ status, headers }: Response): Promise<readonly Challenge[]> {
  const header = headers.get('www-authenticate') ?? ''
  if (header.length > MAX_CHARACTERS) return []
  const found = await parsed(status, headers)
  if (found.length > 0 || !UNQUOTED_URL.test(header)) return found
  const quoted = header.replace(new RegExp(UNQUOTED_URL, 'g'), '="$1"')
  return parsed(status, new Headers({ 'www-authenticate': quoted }))
}

async function parsed(status: number, headers: Headers): Promise<readonly Challenge[]> {
  // The library returns parsed challenges only in the error of a request. So this request gets the response as its own.
  const answer = new Response(null, { status, headers })
  const options = requestOptions(async () => answer)
  try {
    await protectedResourceRequest('-', 'GET', new URL('http://localhost/'), undefined, null, options)
    return []
  } catch (error) {
    if (error instanceof WWWAuthenticateChallengeError) return error.cause
    throw error
  }
}

/** Finds the challenge for an access token (RFC 6750 §3). */
export async function bearerChallenge(response: Response): Promise<Challenge | undefined> {
  return (await challengesOf(response)).find(({ scheme }) => scheme === 'bearer')
}
