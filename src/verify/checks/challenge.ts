import { command } from '../../config/command.ts'
import { MCP_SPEC } from '../../config/mcp-spec.ts'
import { UNQUOTED_URL } from '../../oauth/challenges.ts'
import { resourceMetadataUrls } from '../../oauth/resource-metadata.ts'
import { fail, ok, type VerifyCheck, warn } from '../check.ts'
import type { Inspection } from '../inspection.ts'
import { isServed } from '../mcp-endpoint.ts'

/** Checks that a request without a token gets a 401 that shows a client where to log in. */
export const challenge: VerifyCheck = {
  name: 'challenge',
  title: 'Without a token: 401, and where to log in',
  async run(inspection) {
    const answer = await inspection.withoutToken()
    const { response, served = [] } = answer
    const header = response.headers.get('www-authenticate')
    if (served.length > 0) {
      return fail(
        `It serves ${served.join(' and ')} without a token.`,
        `Only a later request was answered with ${response.status}. The rule is for each HTTP request.`,
        'Check the token before the server reads the request.',
        MCP_SPEC.authorization,
      )
    }
    if (response.ok && !isServed(answer)) {
      return fail(
        `It refuses a request without a token with ${response.status} and a JSON-RPC error: no client can log in.`,
        'A client begins to log in when it sees 401, and at nothing else.',
        'Answer 401 with WWW-Authenticate, before the request reaches the MCP server.',
        MCP_SPEC.authorization,
      )
    }
    if (response.ok) {
      return fail(
        'It serves everybody: no token is asked for.',
        `A request without one was answered with ${response.status}.`,
        `Protect the MCP endpoint; "${command('snippets')}" prints servers that do.`,
        MCP_SPEC.authorization,
      )
    }
    if (response.status !== 401) {
      return fail(
        `It refuses a request without a token with ${response.status}, where 401 belongs.`,
        'A client begins to log in when it sees 401, and at nothing else.',
        'Answer 401 with WWW-Authenticate before anything else of the request is looked at.',
        MCP_SPEC.authorization,
      )
    }
    const found = await inspection.challenge()
    if (!found) {
      return fail(
        header === null
          ? 'Its 401 has no WWW-Authenticate header.'
          : 'Its WWW-Authenticate header has no Bearer challenge.',
        header === null ? 'A client learns from it that a token helps.' : `It is: ${header.slice(0, 200)}`,
        `Send: WWW-Authenticate: Bearer resource_metadata="${await metadataUrl(inspection)}"`,
        'https://www.rfc-editor.org/rfc/rfc6750.html#section-3',
      )
    }
    if (found.parameters.resource_metadata === undefined) {
      return warn(
        'Its WWW-Authenticate header does not say where the metadata is (resource_metadata).',
        'Clients that follow it alone find nothing; others try the well-known places.',
        `Add to the Bearer challenge: resource_metadata="${await metadataUrl(inspection)}"`,
        'https://www.rfc-editor.org/rfc/rfc9728.html#section-5.1',
      )
    }
    if (UNQUOTED_URL.test((header ?? '').replaceAll(/"[^"]*"/g, ''))) {
      return warn(
        'Values in its WWW-Authenticate header lack quotes.',
        'The official SDKs read them. A client with a strict parser finds no challenge.',
        `Put quotes around each value: resource_metadata="${found.parameters.resource_metadata}"`,
        'https://www.rfc-editor.org/rfc/rfc9110.html#section-11.2',
      )
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
