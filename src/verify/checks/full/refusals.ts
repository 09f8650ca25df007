import { fail, ok, type ProvenFinding, skip, type VerifyCheck, warn } from '../../check.ts'
import type { DoorAttempt } from '../../doors/ask-doors.ts'
import { evidenceOf } from '../../doors/evidence.ts'
import { refusal } from '../../refusal.ts'
import { doorsOf } from './every-door.ts'

/** The tokens whose refusal is judged. A firewall may well answer the attacks with 403. */
const JUDGED = ['garbage', 'aud', 'iss', 'exp', 'scope', 'sig', 'none', 'another-realm']

/** Checks that refusals tell a client what to do next. */
export const refusals: VerifyCheck = {
  name: 'refusals',
  title: 'Refuses with 401 and the reason',
  async run({ asker, mcpUrl }): Promise<ProvenFinding> {
    // A token that another request accepts has its own finding. A session may refuse it as that of another user.
    const judged = JUDGED.filter((name) => !asker.accepts(name))
    const refused = asker.attempts.filter((one) => one.meaning === 'refused' && judged.includes(one.token))
    if (refused.length === 0) return skip('Nothing was refused.')
    const groups = new Map<string, { finding: ProvenFinding; attempts: DoorAttempt[] }>()
    for (const attempt of refused) {
      const finding = await judge(attempt)
      if (finding === undefined || finding.status === 'ok') continue
      const group = groups.get(finding.what) ?? { finding, attempts: [] }
      groups.set(finding.what, { finding, attempts: [...group.attempts, attempt] })
    }
    const [worst, ...others] = [...groups.values()].toSorted((a, b) => rank(a.finding) - rank(b.finding))
    if (!worst) return ok(`Each of ${refused.length} refusals.`)
    const { finding, attempts } = worst
    const why = [
      finding.why ?? '',
      described(attempts),
      ...others.map((other) => `${other.finding.what}. ${described(other.attempts)}`),
    ]
    const report = finding.status === 'fail' ? fail : warn
    return {
      ...report(finding.what, why, finding.fix ?? '', finding.url),
      evidence: evidenceOf(
        [worst, ...others].flatMap((group) => group.attempts),
        mcpUrl,
      ),
    }
  },
}

async function judge({ answer, token }: DoorAttempt): Promise<ProvenFinding | undefined> {
  if (answer === undefined) return undefined
  const { response } = answer
  if (response.ok) {
    return fail(
      `It refuses with ${response.status}${answer.message ? ' and a JSON-RPC error' : ''}: no client can log in.`,
      'A client gets another token when it sees 401, and at nothing else.',
      'Answer 401 with WWW-Authenticate, before the request reaches the MCP server.',
      'https://www.rfc-editor.org/rfc/rfc6750.html#section-3.1',
    )
  }
  return refusal(response, token === 'scope')
}

function rank({ status }: ProvenFinding): number {
  return status === 'fail' ? 0 : 1
}

function described(attempts: readonly DoorAttempt[]): string {
  const tokens = [...new Set(attempts.map(({ token }) => token))]
  return `Tokens: ${tokens.join(', ')}. Requests: ${doorsOf(attempts).join(', ')}.`
}
