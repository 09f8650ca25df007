import { fail, ok, skip, type VerifyCheck, warn } from '../../check.ts'
import { letsIn } from '../../web-page.ts'

const SPECIFICATION = 'https://fetch.spec.whatwg.org/#http-cors-protocol'

/** Checks that a web page that may use the server can also find the login. */
export const browserLogin: VerifyCheck = {
  name: 'browser-login',
  title: 'Web pages find the login (CORS)',
  async run(inspection) {
    await inspection.withoutToken()
    const { origin } = await inspection.webPage()
    const { response } = await inspection.endpoint.initialize(undefined, { origin }, await inspection.era())
    if (!letsIn(response.headers, origin)) return skip('It lets no web pages in.')
    const { url } = await inspection.metadata()
    const document = await inspection.fetch(url, { headers: { origin } })
    await document.body?.cancel()
    const exposed = (response.headers.get('access-control-expose-headers') ?? '').toLowerCase()
    const isExposed = exposed.includes('www-authenticate') || exposed.includes('*')
    if (!letsIn(document.headers, origin)) {
      return fail(
        'Web pages may call it, but cannot find the login.',
        `The metadata at ${url} has no CORS headers${isExposed ? '' : ', and WWW-Authenticate is not exposed'}.`,
        `Send Access-Control-Allow-Origin with the metadata too${isExposed ? '' : ', and Access-Control-Expose-Headers: WWW-Authenticate with the 401'}.`,
        SPECIFICATION,
      )
    }
    if (!isExposed) {
      return warn(
        'Web pages cannot read the challenge of its 401.',
        'A page then looks for the metadata at the well-known places only.',
        'Send Access-Control-Expose-Headers: WWW-Authenticate, Mcp-Session-Id',
        SPECIFICATION,
      )
    }
    return ok(`Pages of ${origin} can read the challenge and the metadata.`)
  },
}
