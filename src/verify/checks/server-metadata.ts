import type { Fetch } from '../../oauth/bounded-fetch.ts'
import { Fault, fail, ok, type VerifyCheck, warn } from '../check.ts'
import { fetchDocument } from '../fetch-document.ts'
import { serverMetadataUrls } from '../mcp-sdk.ts'

/** Checks that a client that knows the issuer finds the authorization server's metadata. */
export const serverMetadata: VerifyCheck = {
  name: 'server-metadata',
  title: 'Clients find the metadata of that server',
  async run(inspection) {
    const { server, kind } = await inspection.authorizationServer()
    const fetch = kind === 'own' ? inspection.fetch : inspection.realmFetch
    const urls = serverMetadataUrls(new URL(server.issuer))
    const seen = await Promise.all(
      urls.map(async (url) => ({ url, state: await look(url, server.issuer, fetch) })),
    )
    const good = seen.filter(({ state }) => state === 'good')
    const [first] = good
    if (!first) {
      return fail(
        `There is no metadata of ${server.issuer} where clients look.`,
        seen.map(({ url, state }) => `${url}: ${state}`).join('; '),
        'Its "issuer" must be exactly the URL that the MCP server names.',
        'https://www.rfc-editor.org/rfc/rfc8414.html#section-3',
      )
    }
    const methods = server.code_challenge_methods_supported ?? []
    if (!methods.includes('S256')) {
      return warn(
        `${server.issuer} does not say that it does PKCE with S256.`,
        'MCP clients refuse to log in there.',
        'Add "code_challenge_methods_supported": ["S256"] to its metadata.',
      )
    }
    return ok(good.map(({ url }) => url.href).join(' and '))
  },
}

async function look(url: URL, issuer: string, fetch: Fetch): Promise<string> {
  try {
    const { json } = await fetchDocument(url, fetch)
    const found = (json as { issuer?: unknown } | null)?.issuer
    return found === issuer
      ? 'good'
      : `its "issuer" is ${typeof found === 'string' ? JSON.stringify(found.slice(0, 200)) : 'not a string'}`
  } catch (error) {
    if (error instanceof Fault) return error.finding.what
    throw error
  }
}
