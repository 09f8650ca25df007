import { inspector } from '../../../clients/inspector.ts'
import type { RealmOptions } from '../../../config/realm-options.ts'
import { resetCommand } from '../../../config/reset-command.ts'
import type { ServerMetadata } from '../../../oauth/discover.ts'
import { deleteClient, readRegistration } from '../../../oauth/register.ts'
import { withUnreachable } from '../../../oauth/requests.ts'
import { type DoctorCheck, type Finding, fail, ok, skip } from '../../check.ts'

/** The server's responses to a page of one origin. */
interface PageAnswer {
  readonly origin: string
  /** Headers that a page may send to the metadata document. */
  readonly allowedHeaders: string
  /** Status of the registration. */
  readonly status: number
  /** The origin that may read the registration response. */
  readonly allowedOrigin: string | null
  readonly body: string
}

const VERSION_HEADER = 'mcp-protocol-version'

/** Checks that MCP Inspector's page passes the browser's preflight, registers, and may read the response. */
export const browser: DoctorCheck<'clientTrial'> = {
  name: 'browser',
  title: 'Inspector in a browser',
  group: 'clients',
  asks: 'clientTrial',
  async run({ server, initialAccessToken, options }) {
    const answers = await Promise.all(
      inspector.browserOrigins.map((origin) => ask(origin, server, initialAccessToken)),
    )
    return judgeBrowser(answers, options)
  },
}

/** Judges the responses to a page by their effect on its user. */
export function judgeBrowser(answers: readonly PageAnswer[], options?: RealmOptions): Finding {
  if (answers.some(({ body }) => /Initial Access Token/i.test(body)))
    return skip('registers with an initial access token only')
  const stopped = answers.find(({ allowedHeaders }) => !allowedHeaders.toLowerCase().includes(VERSION_HEADER))
  const refused = answers.find(
    ({ status, allowedOrigin, origin }) => status !== 201 || allowedOrigin !== origin,
  )
  if (refused) {
    const what = `a page on ${refused.origin} sees "Failed to fetch" when it registers`
    if (refused.status === 201) {
      return fail(
        what,
        `The client is made, but the page may not read the answer: Access-Control-Allow-Origin is ${refused.allowedOrigin}.`,
        'Something between the page and Keycloak changes its answers: go without that proxy.',
      )
    }
    return fail(
      what,
      `Keycloak answered ${refused.status}: ${refused.body.slice(0, 300)}`,
      refused.body.includes('Invalid origin')
        ? `See "Web origins" above; in a managed realm: ${resetCommand(options, { origin: [refused.origin] })}`
        : 'The reason is above, where the same client registers without a browser.',
    )
  }
  if (stopped) {
    return ok(
      `registers from ${answers.map(({ origin }) => origin).join(' and ')}, after a first try without success`,
      `The browser refuses "${VERSION_HEADER}" in a request for the metadata. Programs then ask again without it. To allow it, start Keycloak with KC_SPI_CORS__DEFAULT__ALLOWED_HEADERS=${VERSION_HEADER},mcp-session-id`,
    )
  }
  return ok(`registers from ${answers.map(({ origin }) => origin).join(' and ')}`)
}

async function ask(
  origin: string,
  server: ServerMetadata,
  initialAccessToken: string | null,
): Promise<PageAnswer> {
  const fetch = withUnreachable()
  const preflight = await fetch(`${server.issuer}/.well-known/oauth-authorization-server`, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'GET',
      'access-control-request-headers': VERSION_HEADER,
    },
  })
  await preflight.body?.cancel()
  const answer = await fetch(server.registration_endpoint ?? '', {
    method: 'POST',
    headers: {
      origin,
      'content-type': 'application/json',
      ...(initialAccessToken && { authorization: `Bearer ${initialAccessToken}` }),
    },
    body: JSON.stringify(inspector.registration),
  })
  const body = await answer.text().catch(() => '')
  const client = answer.status === 201 ? readRegistration(server, body) : undefined
  if (client) await deleteClient(client)
  return {
    origin,
    allowedHeaders: preflight.headers.get('access-control-allow-headers') ?? '',
    status: answer.status,
    allowedOrigin: answer.headers.get('access-control-allow-origin'),
    body: answer.status === 201 ? '' : body,
  }
}
