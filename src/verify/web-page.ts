import type { McpEndpoint } from './mcp-endpoint.ts'
import type { RealmUnderTest } from './realm-under-test.ts'

/** A web page, and the response to its preflight. */
export interface WebPage {
  readonly origin: string
  readonly preflight: Response
}

/** The origin of MCP Inspector's page. */
const INSPECTOR = 'http://localhost:6274'

/** The most origins that are tried. */
const MOST_ORIGINS = 5

/**
 * Finds a web page that the server lets in (CORS): one of those that may log in to the realm, or the page that the server
 * names to all others. Without one, returns MCP Inspector's page.
 */
export async function findWebPage({
  endpoint,
  realm,
}: {
  readonly endpoint: McpEndpoint
  readonly realm: RealmUnderTest
}): Promise<WebPage> {
  const ask = async (origin: string): Promise<WebPage> => {
    const preflight = await endpoint.preflight(origin)
    await preflight.body?.cancel()
    return { origin, preflight }
  }
  const first = await ask(INSPECTOR)
  const named = URL.parse(first.preflight.headers.get('access-control-allow-origin') ?? '')?.origin ?? 'null'
  const others = [...(named === 'null' ? [] : [named]), ...realm.origins].filter((one) => one !== INSPECTOR)
  if (letsIn(first.preflight.headers, INSPECTOR)) return first
  for (const origin of others.slice(0, MOST_ORIGINS)) {
    const page = await ask(origin)
    if (letsIn(page.preflight.headers, origin)) return page
  }
  return first
}

/** Whether a page may read a response with these headers. */
export function letsIn(headers: Headers, origin: string): boolean {
  return ['*', origin].includes(headers.get('access-control-allow-origin') ?? '')
}
