import { type AttackKind, attackTokens } from '../../../oauth/attack-tokens.ts'
import { readPublicJwks } from '../../../oauth/public-jwks.ts'
import type { BadToken } from '../../bad-token.ts'
import type { Inspection } from '../../inspection.ts'
import { otherUrl } from '../../realm-under-test.ts'
import { forged } from '../bad-tokens.ts'

const attack = (kind: AttackKind) => async (inspection: Inspection) => {
  const keys = await readPublicJwks(await inspection.realmMetadata(), inspection.realmFetch)
  const needsKey = kind === 'jwk' || kind === 'jku' || kind === 'x5u'
  const offered = needsKey ? await inspection.keyServer() : undefined
  return attackTokens(kind, await inspection.realmToken(), { keys, offered })
}

/** Creates an attack that the server must be safe from; none for a server that may not be attacked. */
export const attackIfAllowed = (kind: AttackKind) => async (inspection: Inspection) =>
  inspection.mayAttack ? attack(kind)(inspection) : []

const exactAudience = ({ resource }: Inspection) =>
  `Compare "aud" letter by letter: accept only tokens whose "aud" has ${resource}`

/** The harm of each forged token. */
export const FORGEABLE = 'Anybody can make such a token, with any user in it.'

/** Further bad tokens. Most are special forms of the general ones. */
export const FURTHER_TOKENS: readonly BadToken[] = [
  {
    name: 'aud-none',
    title: 'Refuses a token without an audience',
    fault: 'aud',
    partOf: ['aud'],
    accepted: 'It accepts tokens that name no audience (no "aud", or an empty list).',
    why: 'Such a token was not issued for this server. A check like "if (aud && …)" lets it pass.',
    fix: exactAudience,
    make: (inspection) => Promise.all([forged('aud-none')(inspection), forged('aud-empty')(inspection)]),
  },
  {
    name: 'aud-account',
    title: "Refuses a token for Keycloak's account page",
    fault: 'aud',
    partOf: ['aud'],
    accepted: 'It accepts tokens whose "aud" is account.',
    why: 'Keycloak puts that audience in tokens of almost every client, so it accepts tokens for every other server too.',
    fix: exactAudience,
    make: forged('aud-account'),
  },
  {
    name: 'aud-prefix',
    title: 'Refuses a longer audience that begins with its URL',
    fault: 'aud',
    partOf: ['aud'],
    accepted: 'It accepts tokens whose "aud" only begins with its URL.',
    why: 'A URL that begins with it can be on another host. It compares only the beginning, or looks for a part.',
    fix: exactAudience,
    make: forged('aud-prefix'),
  },
  {
    name: 'aud-sibling',
    title: 'Refuses a token for another server on its host',
    fault: 'aud',
    partOf: ['aud'],
    accepted: 'It accepts tokens for another MCP server on the same host.',
    why: 'It compares only the host of "aud". Each path can be a server of its own.',
    fix: exactAudience,
    make: forged('aud-sibling'),
  },
  {
    name: 'aud-realm',
    title: 'Refuses a token for another MCP URL of the realm',
    fault: 'aud',
    partOf: ['aud', 'aud-sibling'],
    accepted: 'It accepts tokens for another MCP server of the realm.',
    why: 'The token was for another MCP URL of the realm. A token that is lost there must not act here.',
    fix: exactAudience,
    make: async (inspection) =>
      otherUrl(inspection.realm.mcpUrls, inspection.resource) ? forged('aud-realm')(inspection) : [],
  },
  {
    name: 'aud-origin',
    title: 'Refuses a token for its origin only',
    fault: 'aud',
    partOf: ['aud', 'aud-sibling'],
    warns: true,
    accepted: 'It accepts tokens whose "aud" is only its origin.',
    why: 'Such a token is for every server at that origin.',
    fix: exactAudience,
    make: forged('aud-origin'),
  },
  {
    name: 'iss-none',
    title: 'Refuses a token without an issuer',
    fault: 'iss',
    partOf: ['iss'],
    warns: true,
    accepted: 'It accepts tokens that name no issuer (no "iss").',
    why: 'The key of the realm has signed it, so only the realm can make one. RFC 9068 requires the claim.',
    fix: ({ realm }) => `Accept only tokens whose "iss" is exactly ${realm.issuer}`,
    make: forged('iss-none'),
  },
  {
    name: 'no-exp',
    title: 'Refuses a token that never expires (no exp)',
    fault: 'time',
    partOf: ['exp'],
    warns: true,
    accepted: 'It accepts tokens that never expire (no "exp").',
    why: 'The realm issues none, but one that leaks would be valid for ever. RFC 9068 requires the claim.',
    fix: () => 'Require the claim "exp".',
    make: forged('no-exp'),
  },
  {
    name: 'nbf',
    title: 'Refuses a token that is not valid yet (nbf)',
    fault: 'time',
    warns: true,
    accepted: 'It accepts tokens that are not valid yet ("nbf" is in the future).',
    why: 'RFC 7519 says that such a token must not be accepted.',
    fix: () => 'Refuse tokens whose "nbf" is in the future. Allow a minute for clocks at most.',
    make: forged('nbf'),
  },
  {
    name: 'hs256',
    title: 'Refuses a token signed with the public key (HS256)',
    fault: 'sig',
    partOf: ['sig'],
    accepted: 'It accepts tokens that are signed with the public key (HS256).',
    why: `The server lets the token choose the algorithm, and takes the public key of the realm for a shared secret. ${FORGEABLE}`,
    fix: () => 'Name the algorithms that are accepted: RS256 only.',
    make: attack('hs256'),
  },
  {
    name: 'jwk',
    title: 'Refuses a token that brings its own key (jwk)',
    fault: 'sig',
    partOf: ['sig'],
    accepted: 'It accepts tokens that bring their own key (header "jwk").',
    why: `The server verifies the signature with a key from the token itself. ${FORGEABLE}`,
    fix: ({ realm }) => `Verify with the keys of ${realm.issuer} only, and ignore "jwk" in the header.`,
    make: attack('jwk'),
  },
  {
    name: 'kid',
    title: 'Refuses a token whose kid is a path or SQL',
    fault: 'sig',
    partOf: ['sig'],
    accepted: 'It accepts tokens whose "kid" leads to a key that everyone knows.',
    why: `The "kid" was a path to an empty file, or a piece of SQL with a key in it. ${FORGEABLE}`,
    fix: ({ realm }) => `Look "kid" up among the keys of ${realm.issuer} only.`,
    make: attackIfAllowed('kid'),
  },
  {
    name: 'id-token',
    title: 'Refuses an ID token',
    fault: 'aud',
    partOf: ['aud'],
    accepted: 'It accepts ID tokens.',
    why: 'An ID token tells a client who logged in. It is not for this server, and its "aud" is the client.',
    fix: exactAudience,
    make: async (inspection) => (await inspection.attempt()).tokens.idToken ?? [],
  },
  {
    name: 'refresh-token',
    title: 'Refuses a refresh token',
    fault: 'sig',
    partOf: ['sig'],
    accepted: 'It accepts refresh tokens.',
    why: 'A refresh token is for the authorization server only. It is valid for much longer than an access token.',
    fix: ({ realm }) => `Verify the signature with the keys of ${realm.issuer}, and check "aud".`,
    make: async (inspection) => (await inspection.attempt()).tokens.refreshToken ?? [],
  },
]
