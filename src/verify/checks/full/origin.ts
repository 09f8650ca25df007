import { MCP_SPEC } from '../../../config/mcp-spec.ts'
import { fail, ok, type ProvenFinding, skip, type VerifyCheck, warn } from '../../check.ts'
import { bearer, type Door, withCredentials } from '../../doors/door.ts'
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
    const asked = await askAs(inspection, { origin: FOREIGN_ORIGIN })
    if (asked === undefined) return skip('It serves nothing with a good token.')
    const { answer, door } = asked
    const { headers, status } = answer.response
    const evidence = evidenceOf([{ door, token: 'good', meaning: 'accepted', answer }], inspection.mcpUrl)
    const isReflected = headers.get('access-control-allow-origin') === FOREIGN_ORIGIN
    if (isReflected && headers.get('access-control-allow-credentials') === 'true') {
      return {
        ...fail(
          'It lets every web page in, with credentials (CORS).',
          `It answered a page of ${FOREIGN_ORIGIN} with that origin in Access-Control-Allow-Origin, and Access-Control-Allow-Credentials: true. Any page can read what it says to its users.`,
          'List the origins that may use it, and answer others with 403. Leave Access-Control-Allow-Credentials out.',
          MCP_SPEC.streamableHttp,
        ),
        evidence,
      }
    }
    if (!isServed(answer)) return ok(`${status} for a page of ${FOREIGN_ORIGIN}.`)
    return {
      ...warn(
        'It serves requests of foreign web pages (Origin).',
        `It served a request with Origin: ${FOREIGN_ORIGIN}. The token protects its data, but the specification requires 403 (a MUST since 2025-11-25).`,
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
    const { answer, door } = asked
    if (!isServed(answer)) return ok(`${answer.response.status} for Host: ${FOREIGN_HOST}.`)
    return {
      ...warn(
        'It serves requests for another host name (DNS rebinding).',
        `It served a request with Host: ${FOREIGN_HOST}. A web page whose name leads to this machine can reach it.`,
        await fixFor(inspection, 'host'),
        MCP_SPEC.streamableHttp,
      ),
      evidence: evidenceOf([{ door, token: 'good', meaning: 'accepted', answer }], inspection.mcpUrl),
    }
  },
}

async function askAs(
  inspection: Inspection,
  headers: Readonly<Record<string, string>>,
): Promise<{ readonly answer: Answer; readonly door: Door } | undefined> {
  const token = await inspection.accepted()
  const { doors } = await inspection.doors()
  const door = doors[0]
  if (!door) return undefined
  const { headers: auth } = bearer(token)
  const request = withCredentials(door.request, { headers: { ...auth, ...headers } }, inspection.mcpUrl)
  return { answer: await inspection.endpoint.send(request), door }
}

async function fixFor(inspection: Inspection, of: 'origin' | 'host'): Promise<string> {
  const profile = await inspection.framework()
  const line = profile?.rebindingFix?.(inspection.resource)
  if (profile && line) return `${profile.title}: ${line}`
  return of === 'host'
    ? `Refuse requests whose Host is not ${inspection.mcpUrl.host}.`
    : `Answer 403 to a request whose Origin is not one of yours, such as ${inspection.mcpUrl.origin}.`
}
