import { unreachable } from '../../../config/unreachable.ts'
import { AnswerTooLong, boundedFetch } from '../../../oauth/bounded-fetch.ts'
import { httpSend } from '../../../oauth/http-send.ts'
import { execInContainer } from '../../../runtime/compose/compose.ts'
import type { InstanceState } from '../../../runtime/state/state.ts'
import { type DoctorCheck, type Finding, fail, ok, skip } from '../../check.ts'

/** The host and port of a managed Keycloak, as seen by a container. */
const CONTAINER_HOST = 'keycloak:8080'

/** The members of the metadata that can depend on the request's host. */
interface Metadata {
  readonly issuer?: string
  readonly token_endpoint?: string
}

/** Checks that the host and a container see the same issuer. */
export const hostName: DoctorCheck<'server'> = {
  name: 'host-name',
  title: 'Host name',
  group: 'server',
  asks: 'server',
  async run({ endpoints, runtime, state }) {
    const inContainer =
      runtime === 'compose' && state ? await askInContainer(state, endpoints.realm) : undefined
    if (inContainer !== undefined) return judgeHostName(endpoints.issuer, parse(inContainer) ?? {}, true)
    const { status, body } = await askedAs(endpoints.metadata, CONTAINER_HOST)
    const seen = status === 200 ? parse(body) : undefined
    if (seen === undefined && runtime === 'external') {
      return skip(
        'not looked at',
        `A caller who says "Host: ${CONTAINER_HOST}" is answered with ${status}: a proxy before that Keycloak knows its own names only.`,
      )
    }
    return judgeHostName(endpoints.issuer, seen ?? {}, false)
  },
}

/** Judges the issuer that a container sees. */
export function judgeHostName(issuer: string, seen: Metadata, askedThere: boolean): Finding {
  const who = askedThere ? 'the container itself' : `a caller who says "Host: ${CONTAINER_HOST}"`
  const fix =
    'Start that Keycloak with KC_HOSTNAME set to its public URL and KC_HOSTNAME_BACKCHANNEL_DYNAMIC=true.'
  const isFixed = seen.issuer !== undefined && URL.parse(seen.issuer)?.host !== CONTAINER_HOST
  if (seen.issuer !== issuer && isFixed) {
    return skip('not looked at', `The issuer is ${seen.issuer} for everybody.`, 'See "Metadata" below.')
  }
  if (seen.issuer !== issuer) {
    return fail(
      'the issuer depends on who asks',
      `${who} sees "${seen.issuer ?? 'nothing'}", and the host "${issuer}": a token got here is refused there.`,
      fix,
    )
  }
  const isReachable = seen.token_endpoint?.startsWith(`http://${CONTAINER_HOST}/`) ?? false
  const urls = isReachable ? ', each with token and key URLs that it can reach' : ''
  return ok(
    `one issuer for host and containers${urls}${askedThere ? '; asked inside the container' : ''}`,
    isReachable ? null : `Token and key URLs are ${seen.token_endpoint} for everybody.`,
  )
}

/**
 * Sends a request with another name in the `Host` header, as a container would.
 *
 * @throws {McpKeycloakError} `KEYCLOAK_UNREACHABLE`
 */
export async function askedAs(url: string, host: string) {
  const fetch = boundedFetch({ timeoutMs: 10_000, maxBytes: 1_000_000 }, httpSend())
  try {
    const response = await fetch(url, { headers: { host } })
    return { status: response.status, body: await response.text() }
  } catch (error) {
    const isTooLong = error instanceof AnswerTooLong
    throw unreachable(new URL(url).origin, isTooLong ? new Error('The answer is longer than 1 MB') : error)
  }
}

/** Fetches the metadata inside the container with bash, because the image has no curl. */
async function askInContainer(state: InstanceState, realm: string): Promise<string | undefined> {
  const path = `/.well-known/oauth-authorization-server/realms/${encodeURIComponent(realm)}`
  const script = `exec 3<>/dev/tcp/keycloak/8080 && printf 'GET ${path} HTTP/1.0\\r\\nHost: ${CONTAINER_HOST}\\r\\n\\r\\n' >&3 && cat <&3`
  const answer = await execInContainer(state, script)
  return answer?.slice(answer.indexOf('{'))
}

function parse(text: string): Metadata | undefined {
  try {
    const { issuer, token_endpoint: endpoint } = JSON.parse(text) as Readonly<Record<string, unknown>>
    return {
      ...(typeof issuer === 'string' && { issuer }),
      ...(typeof endpoint === 'string' && { token_endpoint: endpoint }),
    }
  } catch {
    return undefined
  }
}
