import { type HTMLElement, parse } from 'node-html-parser'
import { CookieJar } from 'tough-cookie'

import type { Credentials } from '../../../src/oauth/browserless-login.ts'

const MAX_STEPS = 20

/** The one thing that a person does on a page: what is filled in, and the button that is clicked. */
interface Act {
  /** What is in the form that is sent, or is the form. */
  readonly mark: string
  readonly fill: (user: Credentials) => Readonly<Record<string, string>>
}

const ACTS: Readonly<Record<string, Act>> = {
  login: { mark: 'form#kc-form-login', fill: ({ username, password }) => ({ username, password }) },
  consent: { mark: '[name=accept]', fill: () => ({ accept: 'Yes' }) },
  'consent of the MCP server': { mark: 'form#consentForm', fill: () => ({ action: 'approve' }) },
  logout: { mark: '[name=confirmLogout]', fill: () => ({ confirmLogout: 'Logout' }) },
}

/** A browser that one person uses: it keeps its cookies, and goes through Keycloak's pages and FastMCP's. */
export class PlayedBrowser {
  /** The pages where the person did something, e.g. `login`. */
  readonly seen: string[] = []
  private readonly jar = new CookieJar()
  private readonly user: Credentials

  constructor(user: Credentials) {
    this.user = user
  }

  /** Opens a URL and goes on until it is sent to one that begins with `until`, where nobody has to listen. */
  async open(url: URL, until: string): Promise<URL> {
    let request = new Request(url)
    for (let step = 0; step < MAX_STEPS; step++) {
      request.headers.set('cookie', await this.jar.getCookieString(request.url))
      const response = await fetch(request, { redirect: 'manual' })
      for (const cookie of response.headers.getSetCookie()) {
        await this.jar.setCookie(cookie, request.url, { ignoreError: true })
      }
      const location = response.headers.get('location')
      if (location) {
        const next = new URL(location, request.url)
        if (next.href.startsWith(until)) return next
        request = new Request(next)
      } else {
        request = this.act(parse(await response.text()), request.url)
      }
    }
    throw new Error(`no end was seen after ${MAX_STEPS} pages: ${this.seen.join(', ')}`)
  }

  private act(page: HTMLElement, pageUrl: string): Request {
    for (const [name, { mark, fill }] of Object.entries(ACTS)) {
      const form = page.querySelector(mark)?.closest('form')
      if (!form) continue
      this.seen.push(name)
      const hidden = form
        .querySelectorAll('input[type=hidden][name]')
        .map((input): [string, string] => [
          input.getAttribute('name') ?? '',
          input.getAttribute('value') ?? '',
        ])
      const body = new URLSearchParams([...hidden, ...Object.entries(fill(this.user))])
      return new Request(new URL(form.getAttribute('action') || pageUrl, pageUrl), { method: 'POST', body })
    }
    throw new Error(`nothing to do on ${pageUrl}: ${page.text.replace(/\s+/g, ' ').slice(0, 300)}`)
  }
}
