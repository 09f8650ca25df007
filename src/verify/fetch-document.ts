import { Fault } from '../checks/finding.ts'
import type { Fetch } from '../oauth/bounded-fetch.ts'
import { networkFault } from './network-fault.ts'

/** A published JSON document. */
export interface PublishedDocument {
  readonly url: URL
  readonly json: unknown
  /** Without its parameters. */
  readonly contentType: string
}

const MAX_REDIRECTS = 3

/**
 * Fetches a JSON document without credentials. Follows redirects within its origin only.
 *
 * @throws {Fault} when the document is missing or cannot be read
 */
export async function fetchDocument(url: URL, fetch: Fetch): Promise<PublishedDocument> {
  let at = url
  for (let step = 0; step <= MAX_REDIRECTS; step++) {
    const response = await answerOf(at, fetch)
    const location = response.headers.get('location')
    if (response.status < 300 || response.status >= 400 || location === null)
      return readDocument(at, response)
    await response.body?.cancel()
    const next = URL.parse(location, at.href)
    if (next?.origin !== url.origin) {
      throw new Fault({
        what: `${at} redirects to ${next ?? location}, which was not followed.`,
        why: 'It is on another origin.',
        fix: 'Serve the document there itself, with status 200.',
      })
    }
    at = next
  }
  throw new Fault({
    what: `${url} redirects more than ${MAX_REDIRECTS} times.`,
    why: 'It may well be a circle.',
    fix: 'Serve the document there itself, with status 200.',
  })
}

async function answerOf(url: URL, fetch: Fetch): Promise<Response> {
  try {
    return await fetch(url, { headers: { accept: 'application/json' } })
  } catch (error) {
    throw networkFault(url, error)
  }
}

async function readDocument(url: URL, response: Response): Promise<PublishedDocument> {
  const contentType = response.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? ''
  const text = await response.text().catch((error) => {
    throw networkFault(url, error)
  })
  if (response.status !== 200) {
    throw new Fault({
      what: `${url} answers ${response.status}.`,
      why: 'A metadata document is answered with 200.',
      fix: 'Serve the document there, without asking for a token.',
    })
  }
  try {
    return { url, contentType, json: JSON.parse(text) }
  } catch {
    throw new Fault({
      what: `${url} is not JSON${contentType ? ` (${contentType})` : ''}.`,
      why: `It begins with ${JSON.stringify(text.slice(0, 40))}.`,
      fix: 'Serve the metadata as JSON, with the content type application/json.',
    })
  }
}
