import { McpKeycloakError } from '../../errors.ts'
import { ANOTHER_AUDIENCE, type ForgedKind, unsignedToken } from '../../oauth/mint-bad.ts'
import type { BadToken } from '../bad-token.ts'
import { type Finding, fail, notAsked, ok, skip, type VerifyCheck, warn } from '../check.ts'
import type { Inspection } from '../inspection.ts'
import { isServed } from '../mcp-endpoint.ts'
import { isBusy } from '../patient-fetch.ts'
import { refusal } from '../refusal.ts'

/** Forges a token with the realm's key. */
export const forged = (kind: ForgedKind) => async (inspection: Inspection) =>
  inspection.realm.forge(kind, await inspection.realmToken())

/** Creates unsigned tokens. If the realm's token cannot be read, they get otherwise correct claims. */
const unsigned = async (inspection: Inspection) => {
  const token = await forged('none')(inspection).catch(
    ifUnreadable(() =>
      unsignedToken({
        iss: inspection.realm.issuer,
        aud: inspection.resource,
        sub: inspection.realm.user?.username ?? 'user',
      }),
    ),
  )
  return ['none', 'None', 'NONE'].map((alg) => withAlgorithm(token, alg))
}

/** Changes the algorithm in the header of a token. */
function withAlgorithm(token: string, alg: string): string {
  const header = Buffer.from(JSON.stringify({ alg })).toString('base64url')
  return token.replace(/^[^.]*/, header)
}

/** Changes the signature of a token. If the token cannot be read, or the server issued it, only its signature changes. */
const wronglySigned = async (inspection: Inspection) => {
  const token = await inspection.token()
  if (await isOwn(inspection)) return tampered(token)
  const signed = await forged('sig')(inspection).catch(ifUnreadable(() => tampered(token)))
  return [signed, signed.slice(0, signed.lastIndexOf('.') + 1)]
}

const ifUnreadable = (make: () => string) => (error: unknown) => {
  if (error instanceof McpKeycloakError && error.code === 'TOKEN_WRONG') return make()
  throw error
}

/** The bad tokens of each run. */
export const BAD_TOKENS: readonly BadToken[] = [
  {
    name: 'garbage',
    title: 'Refuses text that is not a token',
    fault: 'sig',
    accepted: 'It accepts text that is not a token.',
    why: 'It answered "Bearer garbage", "Bearer undefined", a broken JWT, "Bearer" alone or "Basic …" with a success. It may only look whether there is a token.',
    fix: ({ realm }) => `Verify the token as a JWT with the keys of ${realm.issuer}`,
    make: async () => ['garbage', 'undefined', 'eyJ.e30.AA'],
  },
  {
    name: 'aud',
    title: 'Refuses a token for another server (aud)',
    fault: 'aud',
    accepted: 'It accepts tokens that are for another server.',
    why: `The token was for ${ANOTHER_AUDIENCE}. Whoever runs a server that users of this realm log in to could act here in their name.`,
    fix: ({ resource }) => `Accept only tokens whose "aud" has ${resource}`,
    make: forged('aud'),
  },
  {
    name: 'iss',
    title: 'Refuses a token of another issuer (iss)',
    fault: 'iss',
    accepted: 'It accepts tokens of another issuer.',
    why: 'Its "iss" was not that of the realm.',
    fix: ({ realm }) => `Accept only tokens whose "iss" is exactly ${realm.issuer}`,
    make: forged('iss'),
  },
  {
    name: 'exp',
    title: 'Refuses an expired token (exp)',
    fault: 'exp',
    accepted: 'It accepts expired tokens.',
    why: 'The token had expired more than an hour before. A leaked token would work for ever.',
    fix: () => 'Refuse tokens whose "exp" is over; allow a minute for clocks at most.',
    make: forged('exp'),
  },
  {
    name: 'scope',
    title: 'Refuses a token without its scopes (scope)',
    fault: 'scope',
    accepted: 'It accepts tokens without the scopes that it asks for.',
    why: 'The token had none of them: what a user did not consent to is done all the same.',
    fix: () => 'Refuse tokens that lack a required scope: 403, with error="insufficient_scope".',
    make: forged('scope'),
  },
  {
    name: 'sig',
    title: 'Refuses a forged token (signature)',
    fault: 'sig',
    accepted: 'It accepts forged tokens.',
    why: 'The token was signed by a key that is not the realm’s: anybody can make such a token, with any user in it.',
    fix: ({ realm }) => `Verify the signature with the keys of ${realm.issuer} (its jwks_uri)`,
    make: wronglySigned,
  },
  {
    name: 'none',
    title: 'Refuses a token without a signature (alg none)',
    fault: 'sig',
    accepted: 'It accepts tokens that nobody has signed.',
    why: 'The token said "alg": "none", and the server took its word: anybody can make such a token, with any user in it.',
    fix: ({ realm }) =>
      `Name the algorithms that are taken (RS256), and verify with the keys of ${realm.issuer}`,
    make: unsigned,
  },
  {
    name: 'another-realm',
    title: "Refuses another realm's token",
    fault: 'iss',
    accepted: 'It accepts tokens of another realm.',
    why: 'The token was real, but of a realm that was made for this check alone; its issuer and its key are not those of this realm.',
    fix: ({ realm }) => `Trust the keys and the "iss" of ${realm.issuer} alone`,
    make: async (inspection) =>
      inspection.tokenOfAnotherRealm((await inspection.client()).scopes.join(' ') || undefined),
  },
]

/** Checks that the server refuses each kind of bad token with the correct response. */
export const badTokens: readonly VerifyCheck[] = BAD_TOKENS.map((bad) => ({
  name: bad.name,
  title: bad.title,
  run: (inspection) => askOnce(inspection, bad),
}))

/** Sends a bad token with a client's first request only. */
export async function askOnce(inspection: Inspection, bad: BadToken): Promise<Finding> {
  if (isServed(await inspection.withoutToken())) return skip('It asks for no token at all.')
  const tokens = await makeTokens(inspection, bad)
  if ('status' in tokens) return tokens
  const [made = ''] = tokens
  const era = await inspection.era()
  const answer = await inspection.endpoint.initialize(made, {}, era)
  if (isBusy(answer.response)) return notAsked('the server limits how often it is asked (429).')
  if (isServed(answer)) return accepted(inspection, bad)
  const finding = await refusal(answer.response, bad.name === 'scope')
  if (finding.status !== 'ok') return finding
  const good = await inspection.accepted().then(
    () => true,
    () => false,
  )
  if (!good && bad.name !== 'garbage') return skip('Refused; but a good token is refused, too.')
  const realmsOwn = bad.name !== 'sig' && bad.name !== 'garbage' && (await isOwn(inspection))
  return realmsOwn ? ok(`${finding.what}: it takes tokens of its own alone.`) : finding
}

/** Whether the server issues its own tokens. Its clients never send it a token of the realm. */
export async function isOwn(inspection: Inspection): Promise<boolean> {
  return (await inspection.authorizationServer()).kind === 'own'
}

/** Changes one character in the middle of a token's signature. */
function tampered(token: string): string {
  const at = Math.floor((token.lastIndexOf('.') + 1 + token.length) / 2)
  return `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`
}

/** Creates the bad token. A failure is not the server's fault, so it skips the check. */
export async function makeTokens(
  inspection: Inspection,
  bad: BadToken,
): Promise<readonly string[] | Finding> {
  if (bad.name !== 'garbage' && !(await isOwn(inspection))) await inspection.token() // throws when there is none
  try {
    return [await bad.make(inspection)].flat()
  } catch (error) {
    if (!(error instanceof McpKeycloakError) || error.code === 'INTERRUPTED') throw error
    return skip(`${error.message} ${error.why}`)
  }
}

/** Reports that the server accepts a bad token. */
export async function accepted(
  inspection: Inspection,
  { name, fault, warns = false, accepted: what, why, fix }: BadToken,
): Promise<Finding> {
  const profile = await inspection.framework()
  const scopes = await inspection.scopes().catch(() => [])
  const { resource, realm } = inspection
  const line = profile?.fixes?.({ mcpUrl: resource, issuer: realm.issuer, scopes })[fault]
  const edit = line ? `${profile.title}: ${line}` : fix(inspection)
  if (name !== 'scope') return warns ? warn(what, why, edit) : fail(what, why, edit)
  if (scopes.length === 0) return ok('It asks for no scope, so a token without one is good.')
  const required = (await inspection.challenge())?.parameters.scope !== undefined
  if (required) return fail(what, why, edit)
  return warn(
    what,
    `Its metadata lists ${scopes.join(' ')}, but it does not insist on any of them to begin with.`,
    edit,
  )
}
