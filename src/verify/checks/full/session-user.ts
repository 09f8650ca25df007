import { MCP_SPEC } from '../../../config/mcp-spec.ts'
import { ok, type ProvenFinding, skip, type VerifyCheck, warn } from '../../check.ts'
import { bearer } from '../../doors/door.ts'
import { evidenceOf } from '../../doors/evidence.ts'
import { isServed } from '../../mcp-endpoint.ts'

/** Checks that another user cannot use a session. */
export const sessionUser: VerifyCheck = {
  name: 'session-user',
  title: "Refuses another user in a user's session",
  async run(inspection): Promise<ProvenFinding> {
    const { otherUser } = inspection.realm
    if (isServed(await inspection.withoutToken())) return skip('It asks for no token at all.')
    const found = await inspection.doors()
    const doors = found.doors
      .filter(({ hasSession, request }) => hasSession && request.method !== 'GET')
      .slice(0, 1)
    if (doors.length === 0) return skip('It has no sessions.')
    if (otherUser === undefined) return skip('The realm has only one user.')
    const { client } = await inspection.attempt()
    const { accessToken } = await client.logIn(otherUser)
    const attempts = await inspection.asker.ask(doors, otherUser.username, [bearer(accessToken)])
    const through = attempts.filter(({ meaning }) => meaning === 'accepted')
    if (through.length === 0) return ok(`${attempts[0]?.answer?.response.status ?? 'Not asked'}.`)
    return {
      ...warn(
        "It serves another user in a user's session.",
        `The session began with the token of one user; ${otherUser.username} listed the tools in it.`,
        'Bind each session to the user ("sub") of the token that it began with.',
        MCP_SPEC.sessionHijacking,
      ),
      evidence: evidenceOf(through, inspection.mcpUrl),
    }
  },
}

/** The fewest characters of an id that nobody can guess. */
const FEWEST = 16

/** Checks that a session id is not a number or another short text. */
export const sessionId: VerifyCheck = {
  name: 'session-id',
  title: 'Its session ids cannot be guessed',
  async run(inspection) {
    const { id } = (await inspection.doors()).session
    if (id === undefined) return skip('It has no sessions.')
    if (id.length >= FEWEST && !/^\d+$/.test(id)) return ok(`${id.length} characters.`)
    return warn(
      `Its session ids can be guessed (${JSON.stringify(id.slice(0, 50))}).`,
      'Whoever guesses an id can try to act in the session of another user.',
      'Create ids at random, such as with crypto.randomUUID().',
      MCP_SPEC.sessionHijacking,
    )
  },
}
