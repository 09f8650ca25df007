import { MCP_SPEC } from '../../../config/mcp-spec.ts'
import { fail, ok, type ProvenFinding, skip, type VerifyCheck, warn } from '../../check.ts'
import type { Credentials } from '../../doors/door.ts'
import { evidenceOf } from '../../doors/evidence.ts'
import { isServed } from '../../mcp-endpoint.ts'
import { nothingKnown } from './every-door.ts'

/** A place for a good token, other than the header. */
interface Carrier {
  readonly name: string
  readonly title: string
  readonly credentials: (token: string, username: string) => readonly Credentials[]
  /** Whether the token does not matter there. */
  readonly isWithoutToken?: boolean
  readonly accepted: ProvenFinding
}

/** Headers in which a proxy tells who has logged in, or where the request came from. */
const PROXY_HEADERS = [
  'x-forwarded-user',
  'x-forwarded-email',
  'x-forwarded-preferred-username',
  'x-auth-request-user',
  'x-auth-request-email',
  'x-authenticated-user',
  'x-remote-user',
  'remote-user',
  'x-user',
  'x-user-id',
  'x-user-email',
  'x-ms-client-principal-name',
]

const CARRIERS: readonly Carrier[] = [
  {
    name: 'query-token',
    title: 'Refuses a token in the query',
    credentials: (token) =>
      ['access_token', 'token', 'authorization', 'bearer_token'].map((name) => ({
        query: { [name]: token },
      })),
    accepted: fail(
      'It takes a token in the query of the URL.',
      'URLs are kept in logs and histories, and the token with them. The specification forbids it.',
      'Take tokens from the Authorization header only.',
      MCP_SPEC.tokenRequirements,
    ),
  },
  {
    name: 'cookie-token',
    title: 'Refuses a token in a cookie',
    credentials: (token) => [{ headers: { cookie: `access_token=${token}; token=${token}` } }],
    accepted: warn(
      'It takes a token in a cookie.',
      'A browser sends cookies automatically, so a foreign page can make requests in the name of its user.',
      'Take tokens from the Authorization header only.',
      MCP_SPEC.tokenRequirements,
    ),
  },
  {
    name: 'body-token',
    title: 'Refuses a token in the body',
    credentials: (token) => [{ body: { access_token: token } }],
    accepted: warn(
      'It takes a token in the body.',
      'The specification knows the Authorization header only. A body is often logged.',
      'Take tokens from the Authorization header only.',
      MCP_SPEC.tokenRequirements,
    ),
  },
  {
    name: 'proxy-headers',
    title: 'Refuses a user that only a header names',
    isWithoutToken: true,
    credentials: (_, username) => [
      { headers: Object.fromEntries(PROXY_HEADERS.map((name) => [name, username])) },
      { headers: { 'x-forwarded-for': '127.0.0.1', 'x-real-ip': '127.0.0.1' } },
    ],
    accepted: fail(
      'It needs no token when a header names a user or an address, as a proxy does.',
      'Everyone can send X-Forwarded-User, X-Forwarded-For and the like. Whoever reaches it without the proxy acts as any user.',
      'Verify the token in the server too. Or let the proxy remove these headers, and let only the proxy reach the server.',
      MCP_SPEC.tokenRequirements,
    ),
  },
]

/** Checks that a good token counts in the `Authorization` header only. */
export const carriers: readonly VerifyCheck[] = CARRIERS.map((carrier) => ({
  name: carrier.name,
  title: carrier.title,
  async run(inspection): Promise<ProvenFinding> {
    if (isServed(await inspection.withoutToken())) return skip('It asks for no token at all.')
    const good = await inspection.accepted()
    const { name, credentials, accepted, isWithoutToken } = carrier
    const doors = (await inspection.doors()).doors.slice(0, 2)
    const ask = (token: string) =>
      inspection.asker.ask(doors, name, credentials(token, inspection.realm.user?.username ?? 'admin'))
    const attempts = await ask(good)
    const through = attempts.filter(({ meaning }) => meaning === 'accepted')
    if (through.length > 0) {
      const isOpen = !isWithoutToken && (await ask('garbage')).some(({ meaning }) => meaning === 'accepted')
      if (isOpen) return skip('Any text has the same effect there as a token.')
      return { ...accepted, evidence: evidenceOf(through, inspection.mcpUrl) }
    }
    const refused = attempts.find(({ meaning }) => meaning === 'refused')
    return refused ? ok(`${refused.answer?.response.status}.`) : nothingKnown(attempts)
  },
}))

/** Checks that the scheme is read without regard to case. */
export const schemeCase: VerifyCheck = {
  name: 'scheme-case',
  title: 'Takes the scheme in lower case (bearer)',
  async run(inspection): Promise<ProvenFinding> {
    if (isServed(await inspection.withoutToken())) return skip('It asks for no token at all.')
    const token = await inspection.accepted()
    const { doors } = await inspection.doors()
    const attempts = await inspection.asker.ask(doors.slice(0, 1), 'scheme-case', [
      { headers: { authorization: `bearer ${token}` } },
    ])
    const [attempt] = attempts
    if (!attempt?.answer || attempt.meaning === 'unknown') return nothingKnown(attempts)
    if (attempt.meaning === 'accepted') return ok(`${attempt.answer.response.status}.`)
    return {
      ...warn(
        `It refuses a good token after "bearer" in lower case (${attempt.answer.response.status}).`,
        'The name of a scheme is the same in any case (RFC 9110). Some clients write it in lower case.',
        'Compare the scheme without regard to case.',
        'https://www.rfc-editor.org/rfc/rfc9110.html#section-11.1',
      ),
      evidence: evidenceOf(attempts, inspection.mcpUrl),
    }
  },
}
