import { Fault, fail, ok, type VerifyCheck, warn } from '../check.ts'
import { letsIn } from '../web-page.ts'

const NEEDED = ['authorization', 'content-type', 'mcp-protocol-version']
const SPECIFICATION = 'https://fetch.spec.whatwg.org/#http-cors-protocol'

/** Checks that a web page may use the server (CORS). */
export const browser: VerifyCheck = {
  name: 'browser',
  title: 'Web pages may use it (CORS)',
  async run(inspection) {
    await inspection.withoutToken()
    const page = await inspection.webPage()
    const { status, headers } = page.preflight
    const needed = (await inspection.era()) === 'modern' ? [...NEEDED, 'mcp-method', 'mcp-name'] : NEEDED
    const token = await inspection.accepted().catch((error: unknown) => {
      if (error instanceof Fault) return undefined
      throw error
    })
    const { response } = await inspection.endpoint.initialize(
      token,
      { origin: page.origin },
      await inspection.era(),
    )
    const preflight = status >= 200 && status < 300 && letsIn(headers, page.origin)
    if (!preflight && !letsIn(response.headers, page.origin)) {
      return warn(
        'It sends no CORS headers: web pages cannot use it.',
        'MCP clients that run in a browser need them, such as web apps and the direct mode of MCP Inspector 1; programs do not.',
        `For web pages, allow their origins, the headers ${needed.join(', ')}, mcp-session-id, and expose mcp-session-id.`,
        SPECIFICATION,
      )
    }
    const faults = [
      ...(preflight
        ? []
        : [
            `the preflight is answered with ${status}${letsIn(headers, page.origin) ? '' : `, without leave for ${page.origin}`}`,
          ]),
      ...(letsIn(response.headers, page.origin) ? [] : [`the answer itself is not for ${page.origin}`]),
      ...(preflight ? notAllowed(headers, needed).map((name) => `the header ${name} may not be sent`) : []),
      ...(hidesSession(response.headers)
        ? ['the page cannot read mcp-session-id (Access-Control-Expose-Headers)']
        : []),
    ]
    if (faults.length === 0) return ok(`Pages of ${page.origin} may call it.`)
    return fail(
      'Web pages are let in half-way.',
      `From ${page.origin}: ${faults.join('; ')}.`,
      `Allow the headers ${needed.join(', ')}, mcp-session-id, for answers of every status, and expose mcp-session-id.`,
      SPECIFICATION,
    )
  },
}

/** Finds required headers that are not allowed. A wildcard allows every header except `authorization`. */
function notAllowed(headers: Headers, needed: readonly string[]): readonly string[] {
  const allowed = names(headers.get('access-control-allow-headers'))
  return needed.filter(
    (name) => !allowed.includes(name) && !(allowed.includes('*') && name !== 'authorization'),
  )
}

/** Whether a page cannot read the session id. A wildcard exposes it, because the request sends no cookies. */
function hidesSession(headers: Headers): boolean {
  if (!headers.has('mcp-session-id')) return false
  const exposed = names(headers.get('access-control-expose-headers'))
  return !exposed.includes('mcp-session-id') && !exposed.includes('*')
}

function names(list: string | null): readonly string[] {
  return (list ?? '').split(',').map((name) => name.trim().toLowerCase())
}
