import type { IncomingMessage, ServerResponse } from 'node:http'

import { describe, expect, it } from 'vitest'

import { browserlessLogin } from '../../../src/oauth/browserless-login.ts'
import { REDIRECT } from '../../helpers/keycloak/public-client.ts'
import { localServer } from '../support/local-server.ts'
import { refusal } from '../support/refusal.ts'

const USER = { username: 'test user', password: 'p&ss word' }

type Page = (request: IncomingMessage, response: ServerResponse, form: URLSearchParams) => void

const html = (response: ServerResponse, body: string, status = 200) =>
  response.writeHead(status, { 'content-type': 'text/html' }).end(`<html><body>${body}</body></html>`)
const redirect = (response: ServerResponse, location: string) => response.writeHead(302, { location }).end()

const LOGIN_FORM = (message = '') => `<h1 id="kc-page-title">Sign in</h1>
  <form id="kc-form-login" action="/login?session=1&amp;tab=2" method="post">
    <input name="username"><input name="password" type="password">
    <input type="hidden" name="credentialId" value="c&amp;1"><span id="input-error"> ${message} </span>
  </form>`

const CONSENT_FORM = `<h1 id="kc-page-title">Grant access</h1>
  <form action="consent?step=2" method="post">
    <input type="hidden" name="code" value="k"><input name="accept" type="submit" value="Yes">
    <input name="cancel" type="submit" value="No">
  </form>`

/** A Keycloak with these pages; anything else is a fault of the one who asks. */
async function keycloak(pages: Readonly<Record<string, Page>>): Promise<URL> {
  const url = await localServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const { pathname } = new URL(request.url ?? '', 'http://x')
    const page = pages[`${request.method} ${pathname}`]
    if (page) page(request, response, new URLSearchParams(body))
    else html(response, `<p>no such page: ${request.method} ${pathname}</p>`, 404)
  })
  return new URL(`${url}/auth?client_id=c`)
}

const whyRefused = async (pages: Readonly<Record<string, Page>>) => {
  const url = await keycloak(pages)
  const error = await refusal(() => browserlessLogin(url, REDIRECT, USER))
  expect(error).toMatchObject({ code: 'LOGIN_REFUSED', exitCode: 5 })
  expect(JSON.stringify([error.message, error.why])).not.toContain(USER.password)
  return error.why
}

describe('a login without a browser', () => {
  it('a login sends hidden fields and cookies and ends at the redirect URI', async () => {
    let sent: Record<string, string> = {}
    const url = await keycloak({
      'GET /auth': (_, response) => {
        response.setHeader('set-cookie', [
          'SESSION=abc; Path=/; Secure; HttpOnly',
          'OTHER=1; Path=/elsewhere',
        ])
        html(response, LOGIN_FORM())
      },
      'POST /login': (request, response, form) => {
        sent = { ...Object.fromEntries(form), cookie: request.headers.cookie ?? '', url: request.url ?? '' }
        redirect(response, `${REDIRECT}?code=42&state=s`)
      },
    })
    // Keycloak's cookies are Secure; a name of this machine counts as secure.
    url.hostname = 'localhost'
    const callback = await browserlessLogin(url, REDIRECT, USER)
    expect(callback.href).toBe(`${REDIRECT}?code=42&state=s`)
    expect(sent).toEqual({
      ...USER,
      credentialId: 'c&1',
      cookie: 'SESSION=abc',
      url: '/login?session=1&tab=2',
    })
  })

  it('a login follows redirects to the consent page and agrees', async () => {
    let sent: Record<string, string> = {}
    const url = await keycloak({
      'GET /auth': (_, response) => html(response, LOGIN_FORM()),
      'POST /login': (_, response) => redirect(response, '/realm/required-action'),
      'GET /realm/required-action': (_, response) => html(response, CONSENT_FORM),
      'POST /realm/consent': (request, response, form) => {
        sent = { ...Object.fromEntries(form), url: request.url ?? '' }
        redirect(response, `${REDIRECT}?code=42`)
      },
    })
    expect((await browserlessLogin(url, REDIRECT, USER)).searchParams.get('code')).toBe('42')
    expect(sent).toEqual({ code: 'k', accept: 'Yes', url: '/realm/consent?step=2' })
  })

  it('ends at the redirect also when Keycloak answers with an error there', async () => {
    const url = await keycloak({
      'GET /auth': (_, response) => redirect(response, `${REDIRECT}?error=invalid_scope`),
    })
    expect((await browserlessLogin(url, REDIRECT, USER)).searchParams.get('error')).toBe('invalid_scope')
  })

  it('a wrong password is tried once and refused with the words of the page', async () => {
    let attempts = 0
    const why = await whyRefused({
      'GET /auth': (_, response) => html(response, LOGIN_FORM()),
      'POST /login': (_, response) => {
        attempts += 1
        html(response, LOGIN_FORM('Invalid username or\n password.'))
      },
    })
    expect(why).toContain('Invalid username or password.')
    expect(attempts).toBe(1)
  })

  it("is refused with the words of Keycloak's error page", async () => {
    const page =
      '<h1 id="kc-page-title">We are sorry...</h1><div id="kc-error-message"><p class="instruction">Invalid parameter: redirect_uri</p></div>'
    const why = await whyRefused({ 'GET /auth': (_, response) => html(response, page, 400) })
    expect(why).toBe('Its page says: Invalid parameter: redirect_uri')
  })

  it('a login gives the name on one page and the password on the next', async () => {
    const sent: string[] = []
    const page = (action: string, field: string) =>
      `<form id="kc-form-login" action="${action}" method="post"><input name="${field}"></form>`
    const url = await keycloak({
      'GET /auth': (_, response) => html(response, page('/name', 'username')),
      'POST /name': (_, response, form) => {
        sent.push(String(form))
        html(response, page('/password', 'password'))
      },
      'POST /password': (_, response, form) => {
        sent.push(String(form))
        redirect(response, `${REDIRECT}?code=42`)
      },
    })
    expect((await browserlessLogin(url, REDIRECT, USER)).search).toBe('?code=42')
    expect(sent).toEqual(['username=test+user', 'password=p%26ss+word'])
  })

  it('is refused when the name is asked for twice', async () => {
    const again =
      '<title>Unknown user</title><form id="kc-form-login" action="/name"><input name="username"></form>'
    const why = await whyRefused({
      'GET /auth': (_, response) => html(response, again),
      'POST /name': (_, response) => html(response, again),
    })
    expect(why).toBe('Its page says: Unknown user')
  })

  it('names the required action that follows the password', async () => {
    const url = await keycloak({
      'GET /auth': (_, response) => html(response, LOGIN_FORM()),
      'POST /login': (_, response) =>
        redirect(response, '/login-actions/required-action?execution=VERIFY_PROFILE'),
      'GET /login-actions/required-action': (_, response) =>
        html(response, '<title>Update Account Information</title><form><input name="email"></form>'),
    })
    const error = await refusal(() => browserlessLogin(url, REDIRECT, USER))
    expect(error.code).toBe('LOGIN_REFUSED')
    expect(error).toMatchInlineSnapshot(`
      ✘ Keycloak did not let the user log in.  [LOGIN_REFUSED]
        Why  After the password it asks for the required action VERIFY_PROFILE: its page says: Update Account Information
        Fix  Log in in a browser and finish that step, or add a user without it: mcp-keycloak reset-realm --user <name>:<password>
    `)
  })

  it('names the required action whose page fails, and the page of the account', async () => {
    const url = await keycloak({
      'GET /auth': (_, response) => html(response, LOGIN_FORM()),
      'POST /login': (_, response) =>
        redirect(response, '/realms/shop/login-actions/required-action?execution=VERIFY_EMAIL'),
      'GET /realms/shop/login-actions/required-action': (_, response) =>
        html(response, '<title>Failed to send email</title>', 500),
    })
    expect(await refusal(() => browserlessLogin(url, REDIRECT, USER))).toMatchObject({
      why: expect.stringMatching(/VERIFY_EMAIL.+Failed to send email$/),
      fix: expect.stringContaining(`${url.origin}/realms/shop/account`),
    })
  })

  it('names the step for which the user has no credential', async () => {
    const url = await keycloak({
      'GET /auth': (_, response) => html(response, LOGIN_FORM()),
      'POST /login': (_, response) => html(response, '<p>Cannot login, credential setup required.</p>', 400),
    })
    expect(await refusal(() => browserlessLogin(url, REDIRECT, USER))).toMatchObject({
      why: expect.stringMatching(/a further step: .*Cannot login, credential setup required\.$/),
      fix: expect.stringContaining('add a user without it'),
    })
  })

  it('names the identity provider that the realm always asks', async () => {
    const url = await keycloak({
      'GET /auth': (_, response) => redirect(response, '/realms/shop/broker/corp/login?session=1'),
      'GET /realms/shop/broker/corp/login': (_, response) => redirect(response, 'https://sso.test/auth?x=1'),
    })
    expect(await refusal(() => browserlessLogin(url, REDIRECT, USER))).toMatchInlineSnapshot(`
      ✘ Keycloak did not let the user log in.  [LOGIN_REFUSED]
        Why  The realm sends this login to its identity provider "corp" at https://sso.test, which was not followed
        Fix  Disable "Identity Provider Redirector" in the browser flow: Admin console, Authentication. For the copy of a realm, the overlay mcp-loosen does it.
    `)
  })

  it('names the flow when a step of it is not installed', async () => {
    const page = '<h1 id="kc-page-title">Unexpected error when handling authentication request to x.</h1>'
    const url = await keycloak({ 'GET /auth': (_, response) => html(response, page, 400) })
    expect((await refusal(() => browserlessLogin(url, REDIRECT, USER))).fix).toContain('browser flow')
  })

  it('says of a wrong password that a locked user sees the same', async () => {
    const again = LOGIN_FORM('Invalid username or password.')
    const url = await keycloak({
      'GET /auth': (_, response) => html(response, LOGIN_FORM()),
      'POST /login': (_, response) => html(response, again),
    })
    expect((await refusal(() => browserlessLogin(url, REDIRECT, USER))).fix).toContain('brute force')
  })

  it('is refused at a page that asks for something else', async () => {
    const page =
      '<h1 id="kc-page-title">Update Account Information</h1><form id="kc-update-profile-form"></form>'
    const why = await whyRefused({ 'GET /auth': (_, response) => html(response, page) })
    expect(why).toContain('Update Account Information')
  })

  it('is refused when the redirects have no end', async () => {
    const why = await whyRefused({ 'GET /auth': (_, response) => redirect(response, '/auth?again') })
    expect(why).toMatchInlineSnapshot(`"No end was seen after 12 pages"`)
  })
})

describe('a login that begins at another server', () => {
  const proxy = (pages: Readonly<Record<string, Page>>) => keycloak(pages)

  it("goes on over FastMCP's page of consent to the login of Keycloak", async () => {
    const login = await keycloak({
      'GET /auth': (_, response) => html(response, LOGIN_FORM()),
      'POST /login': (_, response) => redirect(response, `${REDIRECT}?code=42`),
    })
    let sent: Record<string, string> = {}
    const url = await proxy({
      'GET /auth': (_, response) =>
        html(
          response,
          '<form id="consentForm" method="post"><input type="hidden" name="csrf" value="1"></form>',
        ),
      'POST /auth': (_, response, form) => {
        sent = Object.fromEntries(form)
        redirect(response, login.href)
      },
    })
    const end = await browserlessLogin(url, REDIRECT, USER, { loginOrigin: login.origin })
    expect([end.searchParams.get('code'), sent]).toEqual(['42', { csrf: '1', action: 'approve' }])
  })

  it('does not type the password anywhere else', async () => {
    let asked = 0
    const url = await proxy({
      'GET /auth': (_, response) => html(response, LOGIN_FORM()),
      'POST /login': () => {
        asked += 1
      },
    })
    const error = await refusal(() =>
      browserlessLogin(url, REDIRECT, USER, { loginOrigin: 'http://kc.test' }),
    )
    expect(error).toMatchInlineSnapshot(`
      ✘ Keycloak did not let the user log in.  [LOGIN_REFUSED]
        Why  The page of http://127.0.0.1:<port> asks for the password, which is for http://kc.test alone
        Fix  Check the user and its password in the realm, and the redirect URI of the client.
    `)
    expect(asked).toBe(0)
  })

  it('is led to no third place', async () => {
    const url = await proxy({ 'GET /auth': (_, response) => redirect(response, 'http://192.168.0.1/login') })
    const error = await refusal(() => browserlessLogin(url, REDIRECT, USER))
    expect(error).toMatchInlineSnapshot(`
      ✘ Keycloak did not let the user log in.  [LOGIN_REFUSED]
        Why  It was sent on to http://192.168.0.1, which was not followed
        Fix  Check the user and its password in the realm, and the redirect URI of the client.
    `)
  })
})

describe('a page that leads elsewhere', () => {
  const other = async () => {
    const seen: string[] = []
    const url = await localServer((request, response) => {
      seen.push(request.url ?? '')
      response.end()
    })
    return { url, seen }
  }

  it.each(['kc-form-login', 'consentForm', 'x'])('with its form "%s" is not followed (SSRF)', async (id) => {
    const { url, seen } = await other()
    const form = `<form id="${id}" action="${url}/rm?all=1"><input type="hidden" name="cmd" value="rm"><input name="accept"></form>`
    const why = await whyRefused({ 'GET /auth': (_, response) => html(response, form) })
    expect(why).toMatch(new RegExp(`http://.+ goes to ${url}, .* not sent$`))
    expect(seen).toEqual([])
  })

  it('a form of another server that leads to the realm is not sent', async () => {
    const { url, seen } = await other()
    const page = `<form id="consentForm" action="${url}/admin"><input type="hidden" name="a" value="b"></form>`
    const start = await keycloak({ 'GET /auth': (_, response) => html(response, page) })
    const error = await refusal(() => browserlessLogin(start, REDIRECT, USER, { loginOrigin: url }))
    expect([error.code, error.why, seen]).toEqual(['LOGIN_REFUSED', expect.stringContaining(url), []])
  })

  it('of a stranger does not have the password typed for the realm', async () => {
    const { url, seen } = await other()
    const page = `<form id="kc-form-login" action="${url}/login"></form>`
    const start = await keycloak({ 'GET /auth': (_, response) => html(response, page) })
    const error = await refusal(() => browserlessLogin(start, REDIRECT, USER, { loginOrigin: url }))
    expect([error.code, error.why, seen]).toEqual(['LOGIN_REFUSED', expect.stringContaining(url), []])
  })

  it.each([
    'http://[',
    'javascript:alert(1)',
    'data:text/html,x',
    'http://a:b@HOST/',
    `${REDIRECT}.evil.test/?code=1`,
  ])('by its redirect is not followed: %s', async (location) => {
    const why = await whyRefused({
      'GET /auth': (request, response) =>
        redirect(response, location.replace('HOST', request.headers.host ?? '')),
    })
    expect(why).toMatch(/^It was sent on to .+ not followed$/)
  })

  it('does not get the cookies that another port of this machine has set', async () => {
    let cookies: string | undefined = 'unset'
    const login = await keycloak({
      'GET /auth': (request, response) => {
        cookies = request.headers.cookie
        redirect(response, `${REDIRECT}?code=1`)
      },
    })
    const start = await keycloak({
      'GET /auth': (_, response) => {
        response.setHeader('set-cookie', 'IDENTITY=secret; Path=/')
        redirect(response, login.href)
      },
    })
    await browserlessLogin(start, REDIRECT, USER, { loginOrigin: login.origin })
    expect(cookies ?? '').toBe('')
  })

  it('is given up when it is too large, with the limit', async () => {
    const why = await whyRefused({ 'GET /auth': (_, response) => html(response, '<div>'.repeat(150_000)) })
    expect(why).toContain('200 nested elements')
  })
})
