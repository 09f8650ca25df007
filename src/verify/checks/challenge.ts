import { command } from '../../config/command.ts'
import { resourceMetadataUrls } from '../../oauth/resource-metadata.ts'
import type { VerifyCheck } from '../check.ts'
import { fail, ok, warn } from '../finding.ts'
import type { Inspection } from '../inspection.ts'

const SPECIFICATION = 'https://modelcontextprotocol.io/specification/2025-11-25/basic/authorization'

/** Checks that a request without a token gets a 401 that shows a client where to log in. */
export const challenge: VerifyCheck = {
  name: 'challenge',
  title: 'Without a token: 401, and where to log in',
  async ask(inspection) {
    const { response } = await inspection.withoutToken()
    const header = response.headers.get('www-authenticate')
    if (response.ok) {
      return fail({
        what: 'It serves everybody: no token is asked for.',
        why: `A request without one was answered with ${response.status}.`,
        fix: `Protect the MCP endpoint; "${command('snippets')}" prints servers that do.`,
        url: SPECIFICATION,
      })
    }
    if (response.status !== 401) {
      return fail({
        what: `It refuses a request without a token with ${response.status}, where 401 belongs.`,
        why: 'A client begins to log in when it sees 401, and at nothing else.',
        fix: 'Answer 401 with WWW-Authenticate before anything else of the request is looked at.',
        url: SPECIFICATION,
      })
    }
    const found = await inspection.challenge()
    if (!found) {
      return fail({
        what:
          header === null
            ? 'Its 401 has no WWW-Authenticate header.'
            : 'Its WWW-Authenticate header has no Bearer challenge.',
        why:
          header === null ? 'A client learns from it that a token helps.' : `It is: ${header.slice(0, 200)}`,
        fix: `Send: WWW-Authenticate: Bearer resource_metadata="${await metadataUrl(inspection)}"`,
        url: 'https://www.rfc-editor.org/rfc/rfc6750.html#section-3',
      })
    }
    if (found.parameters.resource_metadata === undefined) {
      return warn({
        what: 'Its WWW-Authenticate header does not say where the metadata is (resource_metadata).',
        why: 'Clients that follow it alone find nothing; others try the well-known places.',
        fix: `Add to the Bearer challenge: resource_metadata="${await metadataUrl(inspection)}"`,
        url: 'https://www.rfc-editor.org/rfc/rfc9728.html#section-5.1',
      })
    }
    return ok('401, with a Bearer challenge that names the metadata.')
  },
}

/** Finds the URL of the metadata, or the URL where it belongs. The next check reports missing metadata. */
async function metadataUrl(inspection: Inspection): Promise<string> {
  const url = await inspection.metadata().then(
    (found) => found.url,
    () => resourceMetadataUrls(inspection.mcpUrl)[0],
  )
  return `${url}`
}
