import { MCP_SPEC } from '../../../config/mcp-spec.ts'
import { fail, ok, type ProvenFinding, skip, type VerifyCheck } from '../../check.ts'
import type { DoorAttempt } from '../../doors/ask-doors.ts'
import { evidenceOf } from '../../doors/evidence.ts'
import { isServed } from '../../mcp-endpoint.ts'
import { doorsOf, nothingKnown } from './every-door.ts'

/** The name of a request without a token, in the evidence. */
export const NO_TOKEN = 'no token'

/** Checks that each request needs a token, not only the first one. */
export const noToken: VerifyCheck = {
  name: 'no-token',
  title: 'Refuses every request without a token',
  async run(inspection): Promise<ProvenFinding> {
    const first = await inspection.withoutToken()
    if (isServed(first)) return skip('It asks for no token at all.')
    const { doors } = await inspection.doors()
    const { asker, mcpUrl } = inspection
    const attempts = await asker.ask(doors, NO_TOKEN, [{}])
    const through = attempts.filter(({ meaning }) => meaning === 'accepted')
    for (const { door } of through) asker.open.add(door)
    const isReported = ({ door }: DoorAttempt) =>
      first.served?.some((method) => door.title.startsWith(method)) ?? false
    if (through.length > 0 && through.every(isReported)) return skip('Reported by the check of the 401.')
    if (through.length > 0) return { ...openDoors(through), evidence: evidenceOf(through, mcpUrl) }
    if (attempts.every(({ answer }) => answer === undefined)) return nothingKnown(attempts)
    return ok(doors.length === 1 ? `${doors[0]?.title}.` : `Each of ${doors.length}: ${titles(attempts)}.`)
  },
}

function openDoors(through: readonly DoorAttempt[]): ProvenFinding {
  const where = doorsOf(through).join(', ')
  const isSession = through.every(({ door }) => door.hasSession)
  if (isSession && through.some(({ door }) => door.request.method !== 'GET')) {
    return fail(
      `It takes the session id for the token: ${where}.`,
      'In a session that began with a token, it serves requests without one. Whoever learns the session id acts as its user.',
      'Check the token of every request. A session id only finds the session.',
      MCP_SPEC.sessionHijacking,
    )
  }
  return fail(
    `It needs no token for ${where}.`,
    'It checks the token of other requests only. The rule is for each HTTP request, also within a session.',
    'Check the token for every method and path of the MCP endpoint, before the server reads the request.',
    MCP_SPEC.tokenRequirements,
  )
}

function titles(attempts: readonly DoorAttempt[]): string {
  return doorsOf(attempts).join(', ')
}
