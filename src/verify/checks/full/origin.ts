import { MCP_SPEC } from '../../../config/mcp-spec.ts'
import { fail, ok, type ProvenFinding, skip, type VerifyCheck, warn } from '../../check.ts'
import type { DoorAttempt } from '../../doors/ask-doors.ts'
import { bearer, withCredentials } from '../../doors/door.ts'
import { evidenceOf } from '../../doors/evidence.ts'
import type { Inspection } from '../../inspection.ts'
import { type Answer, isServed } from '../../mcp-endpoint.ts'

/** A page that no server knows. */
const FOREIGN_ORIGIN = 'https://attacker.example'
const FOREIGN_HOST = 'attacker.example'

/** Checks that requests of foreign web pages are refused. */
export const origin: VerifyCheck = {
  name: 'origin',
  title: 'Refuses foreign web pages (Origin)',
  async run(inspection): Promise<ProvenFinding> {
    const { protocol, hostname } = inspection.mcpUrl
    // A server that compares only the beginning of an origin takes the second one for a page of its own.
    const foreign = [FOREIGN_ORIGIN, `${protocol}//${hostname}.attacker.example`].filter((from) =>
      URL.canParse(from),
    )
    const asked = await Promise.all(foreign.map((from) => askAs(inspection, { origin: from })))
    const attempts = asked.flatMap((one) => one ?? [])
    const [first] = attempts
    if (!first) return skip('It serves nothing with a good token.')
    const evidence = evidenceOf(attempts, inspection.mcpUrl)
    const reflected = attempts.find(({ request, answer }) => {
      const headers = answer.response.headers
      const isAllowed = headers.get('access-control-allow-origin') === request.headers.origin
      return isAllowed && headers.get('access-control-allow-credentials') === 'true'
    })
    if (reflected) {
      const from = reflected.request.headers.origin
      return {
        ...fail(
          reflected === first
            ? 'It lets every web page in, with credentials (CORS).'
            : 'It lets in web pages whose origin only begins with its own, with credentials (CORS).',
          `It answered a page of ${from} with that origin in Access-Control-Allow-Origin, and Access-Control-Allow-Credentials: true. Such a page can read what it says to its users.`,
          'List the origins that may use it, compare them as a whole, and answer others with 403. Leave Access-Control-Allow-Credentials out.',
          MCP_SPEC.streamableHttp,
        ),
        evidence,
      }
    }
    const served = attempts.find(({ answer }) => isServed(answer))
    if (!served) return ok(`${first.answer.response.status} for a page of ${FOREIGN_ORIGIN}.`)
    return {
      ...warn(
        'It serves requests of foreign web pages (Origin).',
        `It served a request with Origin: ${served.request.headers.origin}. The token protects its data, but the specification requires 403 (a MUST since 2025-11-25).`,
        await fixFor(inspection, 'origin'),
        MCP_SPEC.streamableHttp,
      ),
      evidence,
    }
  },
}

/** Checks that a name that was rebound to this machine is refused. */
export const host: VerifyCheck = {
  name: 'host',
  title: 'Refuses foreign host names (DNS rebinding)',
  async run(inspection): Promise<ProvenFinding> {
    if (!inspection.isLoopback) return skip('Only asked of a server on this machine.')
    const asked = await askAs(inspection, { host: FOREIGN_HOST })
    if (asked === undefined) return skip('It serves nothing with a good token.')
    const { answer } = asked
    if (!isServed(answer)) return ok(`${answer.response.status} for Host: ${FOREIGN_HOST}.`)
    return {
      ...warn(
        'It serves requests for another host name (DNS rebinding).',
        `It served a request with Host: ${FOREIGN_HOST}. A web page whose name leads to this machine can reach it.`,
        await fixFor(inspection, 'host'),
        MCP_SPEC.streamableHttp,
      ),
      evidence: evidenceOf([asked], inspection.mcpUrl),
    }
  },
}

async function askAs(
  inspection: Inspection,
  headers: Readonly<Record<string, string>>,
): Promise<(DoorAttempt & { readonly answer: Answer }) | undefined> {
  const token = await inspection.accepted()
  const { doors } = await inspection.doors()
  const door = doors[0]
  if (!door) return undefined
  const { headers: auth } = bearer(token)
  const request = withCredentials(door.request, { headers: { ...auth, ...headers } }, inspection.mcpUrl)
  return {
    door,
    request,
    token: 'good',
    meaning: 'accepted',
    answer: await inspection.endpoint.send(request),
  }
}

async function fixFor(inspection: Inspection, of: 'origin' | 'host'): Promise<string> {
  const profile = await inspection.framework()
  const line = profile?.rebindingFix?.(inspection.resource)
  if (profile && line) return `${profile.title}: ${line}`
  return of === 'host'
    ? `Refuse requests whose Host is not ${inspection.mcpUrl.host}.`
    : `Answer 403 to a request whose Origin is not one of yours, such as ${inspection.mcpUrl.origin}.`
}
