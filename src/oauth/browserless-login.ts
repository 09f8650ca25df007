import { type HTMLElement, parse } from 'node-html-parser'
import { CookieJar } from 'tough-cookie'

import { McpKeycloakError } from '../errors.ts'
import { answered, type Fetch } from './asked.ts'

/** Who logs in. */
export interface Credentials {
  readonly username: string
  readonly password: string
}

/** A login that begins at another server than Keycloak. */
export interface BrowserOptions {
  /** The one origin where the password is typed. Default: that of the authorization request. */
  readonly loginOrigin?: string
  /** Default: Node's own. */
  readonly fetch?: Fetch
}

/** Login, consent and the redirects between them are fewer than this. */
const MAX_STEPS = 12

/**
 * Goes through Keycloak's login and consent pages as a browser would, and stops at the redirect to the client.
 * The only place that knows Keycloak's forms, and the one of FastMCP's `OAuthProxy`. It is led to no other origin than
 * that of the request and the one of the login.
 *
 * @param authorizationUrl the authorization request (RFC 6749 §4.1.1)
 * @param redirectUri where the authorization response is expected
 * @returns the URL that the browser would be sent to, with `code` or `error` in its query
 * @throws {McpKeycloakError} `LOGIN_REFUSED` with what the page says, `KEYCLOAK_UNREACHABLE`
 */
export async function browserlessLogin(
  authorizationUrl: URL,
  redirectUri: string,
  credentials: Credentials,
  { loginOrigin = authorizationUrl.origin, fetch }: BrowserOptions = {},
): Promise<URL> {
  const jar = new CookieJar()
  let request = new Request(authorizationUrl)
  let passwordSent = false
  for (let step = 0; step < MAX_STEPS; step++) {
    const response = await send(request, jar, answered(fetch))
    const location = response.headers.get('location')
    if (location) {
      const next = new URL(location, request.url)
      if (next.href.startsWith(redirectUri)) return next
      if (![authorizationUrl.origin, loginOrigin].includes(next.origin)) {
        throw refused(`it was sent on to ${next.origin}, which was not followed`)
      }
      request = new Request(next)
      continue
    }
    const page = parse(await response.text())
    const form = knownForm(page)
    if (!form || !response.ok) throw refused(`its page says: ${pageText(page)}`)
    if (form.kind === 'login' && passwordSent) throw refused(`its page says: ${pageText(page)}`)
    passwordSent ||= form.kind === 'login'
    request = submit(form, new URL(request.url), credentials)
    const { origin } = new URL(request.url)
    if (form.kind === 'login' && origin !== loginOrigin) {
      throw refused(`the page of ${origin} asks for the password, which is for ${loginOrigin} alone`)
    }
  }
  throw refused(`no end was seen after ${MAX_STEPS} pages`)
}

interface KnownForm {
  readonly kind: 'login' | 'consent' | 'proxy consent'
  readonly element: HTMLElement
}

function knownForm(page: HTMLElement): KnownForm | undefined {
  const login = page.querySelector('form#kc-form-login')
  if (login) return { kind: 'login', element: login }
  const proxyConsent = page.querySelector('form#consentForm')
  if (proxyConsent) return { kind: 'proxy consent', element: proxyConsent }
  const consent = page.querySelectorAll('form').find((form) => form.querySelector('[name=accept]'))
  return consent && { kind: 'consent', element: consent }
}

function filledIn(kind: KnownForm['kind'], { username, password }: Credentials): readonly [string, string][] {
  switch (kind) {
    case 'login':
      return [
        ['username', username],
        ['password', password],
      ]
    case 'consent':
      return [['accept', 'Yes']]
    case 'proxy consent':
      return [['action', 'approve']]
  }
}

function submit({ kind, element }: KnownForm, pageUrl: URL, credentials: Credentials): Request {
  const hidden = element
    .querySelectorAll('input[type=hidden][name]')
    .map((input): [string, string] => [input.getAttribute('name') ?? '', input.getAttribute('value') ?? ''])
  return new Request(new URL(element.getAttribute('action') || pageUrl, pageUrl), {
    method: 'POST',
    body: new URLSearchParams([...hidden, ...filledIn(kind, credentials)]),
  })
}

async function send(request: Request, jar: CookieJar, fetch: Fetch): Promise<Response> {
  // Keycloak's cookies are Secure on plain http too; a browser, and this jar, take localhost for secure.
  request.headers.set('cookie', await jar.getCookieString(request.url))
  const response = await fetch(request, { redirect: 'manual' })
  for (const cookie of response.headers.getSetCookie()) {
    await jar.setCookie(cookie, request.url, { ignoreError: true })
  }
  return response
}

function pageText(page: HTMLElement): string {
  const message = page.querySelector(
    '#input-error, #input-error-username, #kc-error-message .instruction, .kc-feedback-text',
  )
  const text = (message ?? page.querySelector('#kc-page-title, title, body') ?? page).text
  return text.replace(/\s+/g, ' ').trim().slice(0, 200)
}

function refused(why: string): McpKeycloakError {
  return new McpKeycloakError('LOGIN_REFUSED', {
    what: 'Keycloak did not let the user log in.',
    why: why.charAt(0).toUpperCase() + why.slice(1),
    fix: 'Check the user and its password in the realm, and the redirect URI of the client.',
  })
}
