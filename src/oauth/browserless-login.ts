import { CookieJar } from 'tough-cookie'
import { capitalized } from '../config/capitalized.ts'

import { command } from '../config/command.ts'
import { McpKeycloakError } from '../errors.ts'
import type { Fetch } from './bounded-fetch.ts'
import { type LoginPage, type PageForm, PageTooLarge, readLoginPage } from './login-page.ts'
import { withUnreachable } from './requests.ts'

/** The user who logs in. */
export interface Credentials {
  readonly username: string
  readonly password: string
}

/** Options of a login that begins at a server other than Keycloak. */
export interface BrowserOptions {
  /** The only origin that gets the password. Default: that of the authorization request. */
  readonly loginOrigin?: string
  /** Default: Node's own. */
  readonly fetch?: Fetch
}

/** Keycloak's page for a user who lacks a second factor that the flow requires. */
const NOT_SET_UP = /credential setup required/i

/** Limit of a login. Login, consent and their redirects need fewer steps. */
const MAX_STEPS = 12

/**
 * Goes through Keycloak's login and consent pages as a browser would, and stops at the redirect to the client.
 * Only this file knows the forms of Keycloak and of FastMCP's `OAuthProxy`. Follows redirects only to the origins of the
 * request and of the login. Sends a form only to the origin of its own page.
 *
 * @param authorizationUrl the authorization request (RFC 6749 §4.1.1)
 * @param redirectUri the URI of the expected authorization response
 * @returns the URL that the browser would be sent to, with `code` or `error` in its query
 * @throws {McpKeycloakError} `LOGIN_REFUSED` with the text of the page, `KEYCLOAK_UNREACHABLE`
 */
export async function browserlessLogin(
  authorizationUrl: URL,
  redirectUri: string,
  credentials: Credentials,
  { loginOrigin = authorizationUrl.origin, fetch }: BrowserOptions = {},
): Promise<URL> {
  const send = browser(withUnreachable(fetch))
  let request = new Request(authorizationUrl)
  const sent = new Set<string>()
  let isForm = false
  for (let step = 0; step < MAX_STEPS; step++) {
    const at = new URL(request.url)
    // One form of a user after the other: brute force protection refuses a login while Keycloak checks another one of
    // the same user, and two consents at once to one client end in an error of Keycloak's database.
    const turn = `${at.origin}${at.pathname} ${credentials.username}`
    const response: Response = await (isForm ? inTurn(turn, () => send(request)) : send(request))
    isForm = false
    const location = response.headers.get('location')
    if (location) {
      const next = URL.parse(location, at.href)
      if (next && isResponseTo(redirectUri, next)) return next
      if (!next || !isWebUrl(next) || ![authorizationUrl.origin, loginOrigin].includes(next.origin)) {
        throw sentOn(at, shown(next, location))
      }
      request = new Request(next)
      continue
    }
    const page = await pageOf(response)
    const form = knownForm(page)
    const asked = form?.kind === 'login' ? askedBy(form.form) : []
    if (!form || !response.ok || (asked.length > 0 && asked.every((name) => sent.has(name)))) {
      const words = page.text
        ? `its page says: ${page.text}`
        : 'its page has no text, and no form that is known'
      const isStep =
        !form && sent.has('password') && (response.ok || isRequiredAction(at) || NOT_SET_UP.test(page.text))
      if (isStep) throw anotherStep(at, words)
      throw refused(words, asked.length > 0 ? wrongPassword() : brokenFlow(page))
    }
    if (form.kind === 'login' && at.origin !== loginOrigin) {
      throw refused(`the page of ${at.origin} asks for the password, which is for ${loginOrigin} alone`)
    }
    for (const name of asked) sent.add(name)
    request = submit(form, at, filledIn(form.kind, credentials, asked))
    isForm = true
  }
  throw refused(`no end was seen after ${MAX_STEPS} pages`)
}

const last = new Map<string, Promise<unknown>>()

/** Runs the actions of one key one after the other. */
async function inTurn<Result>(key: string, action: () => Promise<Result>): Promise<Result> {
  const turn = (last.get(key) ?? Promise.resolve()).then(action, action)
  last.set(key, turn)
  try {
    return await turn
  } finally {
    if (last.get(key) === turn) last.delete(key)
  }
}

/** Whether a URL is the authorization response: the redirect URI, of any scheme, with a query or a fragment. */
function isResponseTo(redirectUri: string, { href }: URL): boolean {
  return href.startsWith(redirectUri) && /^([/?&#]|$)/.test(href.slice(redirectUri.length))
}

function isWebUrl({ protocol, username, password }: URL): boolean {
  return /^https?:$/.test(protocol) && username === '' && password === ''
}

function shown(url: URL | null, text: string): string {
  return url && isWebUrl(url) ? url.origin : JSON.stringify(text.slice(0, 100))
}

async function pageOf(response: Response): Promise<LoginPage> {
  const html = await response.text().catch((error: Error) => {
    throw refused(`its page was not read to the end: ${error.message}`)
  })
  try {
    return readLoginPage(html)
  } catch (error) {
    if (error instanceof PageTooLarge) throw refused(`its page was not read to the end: ${error.message}`)
    throw error
  }
}

interface KnownForm {
  readonly kind: 'login' | 'consent' | 'proxy consent'
  readonly form: PageForm
}

function knownForm({ forms }: LoginPage): KnownForm | undefined {
  const login = forms.find(({ id }) => id === 'kc-form-login')
  if (login) return { kind: 'login', form: login }
  const proxyConsent = forms.find(({ id }) => id === 'consentForm')
  if (proxyConsent) return { kind: 'proxy consent', form: proxyConsent }
  const consent = forms.find(({ fields }) => fields.some(({ name }) => name === 'accept'))
  return consent && { kind: 'consent', form: consent }
}

const CREDENTIALS = ['username', 'password'] as const
type Credential = (typeof CREDENTIALS)[number]

/** The credentials that a login form asks for. With organizations Keycloak asks for the name first, on a page of its own. */
function askedBy({ fields }: PageForm): readonly Credential[] {
  const asked = CREDENTIALS.filter((name) => fields.some((field) => field.name === name))
  return asked.length > 0 ? asked : CREDENTIALS
}

function filledIn(
  kind: KnownForm['kind'],
  credentials: Credentials,
  asked: readonly Credential[],
): readonly [string, string][] {
  switch (kind) {
    case 'login':
      return asked.map((name) => [name, credentials[name]])
    case 'consent':
      return [['accept', 'Yes']]
    case 'proxy consent':
      return [['action', 'approve']]
  }
}

function submit({ form }: KnownForm, page: URL, filled: readonly [string, string][]): Request {
  const target = URL.parse(form.action || page.href, page.href)
  if (!target || !isWebUrl(target) || target.origin !== page.origin) {
    throw refused(
      `a form on the page of ${page.origin} goes to ${shown(target, form.action)}, where it was not sent`,
    )
  }
  const hidden = form.fields
    .filter(({ type }) => type === 'hidden')
    .map(({ name, value }): [string, string] => [name, value])
  const body = new URLSearchParams([...hidden, ...filled])
  return new Request(target, { method: 'POST', body })
}

/** Sends requests with the cookies of their origin. Cookies ignore ports, so one jar would share them on localhost. */
function browser(fetch: Fetch): (request: Request) => Promise<Response> {
  const jars = new Map<string, CookieJar>()
  return async (request) => {
    const { origin } = new URL(request.url)
    const jar = jars.get(origin) ?? new CookieJar()
    jars.set(origin, jar)
    // Keycloak's cookies are Secure also on plain http. Browsers and this jar treat localhost as secure.
    request.headers.set('cookie', await jar.getCookieString(request.url))
    const response = await fetch(request, { redirect: 'manual' })
    for (const cookie of response.headers.getSetCookie()) {
      await jar.setCookie(cookie, request.url, { ignoreError: true })
    }
    return response
  }
}

/** Keycloak hides from a stranger that a user is locked. */
const wrongPassword = () =>
  `Check the user and its password. A user whom brute force protection has locked, or who logs in twice at once, sees the same page. This unlocks it: ${command('reset-realm')}`

function refused(
  why: string,
  fix = 'Check the user and its password in the realm, and the redirect URI of the client.',
): McpKeycloakError {
  return new McpKeycloakError('LOGIN_REFUSED', {
    what: 'Keycloak did not let the user log in.',
    why: capitalized(why),
    fix,
  })
}

/** The password was right, and Keycloak asks for something else: a required action, or a second factor. */
function anotherStep(page: URL, words: string): McpKeycloakError {
  const action = isRequiredAction(page) ? page.searchParams.get('execution') : null
  const [realm] = /^.*?\/realms\/[^/]+/.exec(page.pathname) ?? []
  const place = realm ? ` at ${page.origin}${realm}/account` : ' in a browser'
  const step = action && /^[\w-]{1,60}$/.test(action) ? `the required action ${action}` : 'a further step'
  return refused(
    `after the password it asks for ${step}: ${words}`,
    `Log in${place} and finish that step, or add a user without it: ${command('reset-realm', { user: '<name>:<password>' })}`,
  )
}

/** The fix for Keycloak's page about a step whose provider is not installed. */
function brokenFlow({ text }: LoginPage): string | undefined {
  return /^Unexpected error when handling authentication request/.test(text)
    ? 'The log names the step that failed, often an authenticator that is not installed. Install it, or bind another browser flow: Admin console, Authentication.'
    : undefined
}

function isRequiredAction({ pathname }: URL): boolean {
  return pathname.endsWith('/required-action')
}

/** A redirect to another server, which is an identity provider when Keycloak's page for one sends it. */
function sentOn({ pathname }: URL, target: string): McpKeycloakError {
  const [, provider] = /\/broker\/([\w.-]{1,60})\/login$/.exec(pathname) ?? []
  if (provider === undefined) return refused(`it was sent on to ${target}, which was not followed`)
  return refused(
    `the realm sends this login to its identity provider "${provider}" at ${target}, which was not followed`,
    'Disable "Identity Provider Redirector" in the browser flow: Admin console, Authentication. For the copy of a realm, the overlay mcp-loosen does it.',
  )
}
