import type { BadToken } from '../../bad-token.ts'
import { type Finding, notAsked, ok, type ProvenFinding, skip, type VerifyCheck } from '../../check.ts'
import type { DoorAttempt } from '../../doors/ask-doors.ts'
import { bearer, type Credentials } from '../../doors/door.ts'
import { evidenceOf } from '../../doors/evidence.ts'
import type { Inspection } from '../../inspection.ts'
import { isServed } from '../../mcp-endpoint.ts'
import { accepted, askOnce, isOwn, makeTokens } from '../bad-tokens.ts'

/** Headers that some guards take for credentials: the scheme alone, and another scheme. */
const NO_BEARER_TOKEN: readonly Credentials[] = ['Bearer', 'Basic Z2FyYmFnZTpnYXJiYWdl'].map(
  (authorization) => ({
    headers: { authorization },
  }),
)

/** Creates the check that every door refuses a kind of bad token. */
export function everyDoor(bad: BadToken): VerifyCheck {
  return { name: bad.name, title: bad.title, run: (inspection) => askEveryDoor(inspection, bad) }
}

async function askEveryDoor(inspection: Inspection, bad: BadToken): Promise<ProvenFinding> {
  if (isServed(await inspection.withoutToken())) return skip('It asks for no token at all.')
  const isGood = await inspection.accepted().then(
    () => true,
    () => false,
  )
  if (!isGood) return askOnce(inspection, bad) // without a response to a good token, only a refusal means something
  const { asker } = inspection
  const general = bad.partOf?.find(asker.accepts)
  if (general) return notAsked(`it already accepts more (${general}).`)
  const tokens = await makeTokens(inspection, bad)
  if ('status' in tokens) return tokens
  if (tokens.length === 0) return skip('There is no such token to send.')
  const all = (await inspection.doors()).doors
  const doors = bad.name === 'garbage' ? all : all.filter(({ isVariant }) => !isVariant)
  const further =
    bad.name === 'garbage' ? await asker.ask(all.slice(0, 2), 'no bearer token', NO_BEARER_TOKEN) : []
  const attempts = [...(await asker.ask(doors, bad.name, tokens.map(bearer))), ...further]
  const through = attempts.filter(({ meaning }) => meaning === 'accepted')
  const refused = attempts.filter(({ meaning }) => meaning === 'refused')
  if (through.length > 0) {
    const finding = await accepted(inspection, bad)
    if (finding.status === 'ok') return finding
    const where = doorsOf(through)
    const shut = doors.filter((door) => !asker.open.has(door))
    const sentence = where.length === shut.length ? [] : [`It accepts it at ${where.join(', ')}.`]
    const why = [...(finding.why?.split('\n') ?? []), ...sentence].join('\n')
    return { ...finding, why, evidence: evidenceOf(through, inspection.mcpUrl) }
  }
  if (refused.length === 0) return nothingKnown(attempts)
  const { status } = refused[0]?.answer?.response ?? {}
  const count = doorsOf(refused).length
  const own = bad.fault !== 'sig' && (await isOwn(inspection))
  return ok(
    `${status}${count > 1 ? ` at each of ${count} requests` : ''}${own ? ': it takes tokens of its own alone' : ''}.`,
  )
}

/** The titles of the doors of some requests, each once. */
export function doorsOf(attempts: readonly DoorAttempt[]): readonly string[] {
  return [...new Set(attempts.map(({ door }) => door.title))]
}

/** Reports that nothing is known about a token. A server that limits requests also answers with an error. */
export function nothingKnown(attempts: readonly DoorAttempt[]): Finding {
  if (attempts.length === 0) return notAsked('each request is served without a token.')
  return attempts.some(({ answer }) => answer?.response.ok)
    ? skip('Its answers do not say whether it accepts the token.')
    : notAsked('the server limits how often it is asked, or the time was over.')
}
