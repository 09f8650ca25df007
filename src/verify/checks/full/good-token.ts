import { MCP_SPEC } from '../../../config/mcp-spec.ts'
import { fail, ok, type ProvenFinding, skip, type VerifyCheck } from '../../check.ts'
import { evidenceOf } from '../../doors/evidence.ts'
import { isServed } from '../../mcp-endpoint.ts'

/** Checks that a token that one request accepts is good for the others. */
export const goodToken: VerifyCheck = {
  name: 'good-token',
  title: 'Accepts a good token for every request',
  async run({ withoutToken, doors: find, mcpUrl }): Promise<ProvenFinding> {
    if (isServed(await withoutToken())) return skip('It asks for no token at all.')
    const { doors, shut } = await find()
    const titles = shut.map(({ title }) => title).join(', ')
    if (shut.length === 0) return ok(`${doors.map(({ title }) => title).join(', ')}.`)
    const attempts = shut.map((door) => ({
      door,
      request: { ...door.request, headers: { ...door.request.headers, ...door.good.headers } },
      token: 'good',
      meaning: 'refused' as const,
      answer: door.control,
    }))
    return {
      ...fail(
        `It refuses a good token for ${titles} (401).`,
        'It accepts the same token for other requests. A client logs in again, and gets the same answer.',
        'Verify the token by the same rules (issuer, audience, keys) for every request.',
        MCP_SPEC.tokenHandling,
      ),
      evidence: evidenceOf(attempts, mcpUrl),
    }
  },
}
