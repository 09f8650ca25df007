import { Fault } from '../checks/finding.ts'
import type { Fetch } from '../oauth/bounded-fetch.ts'
import {
  type ResourceMetadata,
  resourceMetadataSchema,
  resourceMetadataUrls,
} from '../oauth/resource-metadata.ts'
import { fetchDocument } from './fetch-document.ts'

/** The metadata that an MCP server publishes at one place. */
export interface PublishedMetadata {
  readonly url: URL
  readonly metadata: ResourceMetadata
  readonly contentType: string
}

/** One place where metadata may be, and the result of the look there. */
export interface Place {
  readonly url: URL
  readonly found: PublishedMetadata | Fault
}

const SPECIFICATION = 'https://www.rfc-editor.org/rfc/rfc9728.html#section-3'

/**
 * Reads the metadata at the URL that the challenge names.
 *
 * @throws {Fault} when the URL may not be fetched, or has no metadata
 */
export async function namedMetadata(named: string, mcpUrl: URL, fetch: Fetch): Promise<PublishedMetadata> {
  const url = URL.parse(named)
  if (url?.origin === mcpUrl.origin) return readMetadata(url, fetch)
  throw new Fault({
    what: url
      ? `The 401 sends clients to ${url.href.slice(0, 200)} for the metadata, which was not fetched.`
      : `The 401 names ${JSON.stringify(named.slice(0, 100))} for the metadata, which is not a URL.`,
    why: `It has to be a URL at ${mcpUrl.origin}, where the MCP server itself is.`,
    fix: `Tell the server its public URL (often "base_url"): ${mcpUrl.origin}`,
    url: 'https://www.rfc-editor.org/rfc/rfc9728.html#section-5.1',
  })
}

/** Reads the metadata at both well-known places. */
export async function wellKnownMetadata(mcpUrl: URL, fetch: Fetch): Promise<readonly Place[]> {
  return Promise.all(
    resourceMetadataUrls(mcpUrl).map(async (url) => {
      const found = await readMetadata(url, fetch).catch((error: unknown) => {
        if (error instanceof Fault) return error
        throw error
      })
      return { url, found }
    }),
  )
}

async function readMetadata(url: URL, fetch: Fetch): Promise<PublishedMetadata> {
  const { json, contentType } = await fetchDocument(url, fetch)
  const { data: metadata, error } = resourceMetadataSchema.safeParse(json)
  if (metadata) return { url, metadata, contentType }
  const [issue] = error.issues
  throw new Fault({
    what: `The metadata at ${url} cannot be used.`,
    why: `${issue?.path.join('.') || 'It'}: ${issue?.message}.`,
    fix: 'It has to be a JSON object with "resource" (the MCP URL) and "authorization_servers" (a list of issuers).',
    url: SPECIFICATION,
  })
}
