import { describe, expect, it } from 'vitest'
import { claimText, decodeToken, readToken } from '../../../src/oauth/decode-token.ts'
import { mintBadToken } from '../../../src/oauth/mint-bad.ts'
import { KEY_PEM } from '../../helpers/keycloak/authorization-server.ts'
import { refusal } from '../support/refusal.ts'

const part = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')
const jwt = (claims: unknown, header: unknown = { alg: 'RS256' }) => `${part(header)}.${part(claims)}.c2ln`
const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`

const UNREADABLE: readonly (readonly [string, string, RegExp])[] = [
  ['an opaque token', 'b3BhcXVl', /opaque/],
  ['an empty token', '', /opaque/],
  ['two parts', 'a.b', /opaque/],
  ['four parts', 'a.b.c.d', /opaque/],
  ['a million dots', '.'.repeat(1_000_000), /opaque/],
  ['5 MB', 'x'.repeat(5_000_000), /opaque/],
  ['an encrypted token (JWE)', `${part({ alg: 'RSA-OAEP', enc: 'A256GCM' })}.a.b.c.d`, /encrypted \(JWE\)/],
  ['a directly encrypted token', `${part({ alg: 'dir', enc: 'A256GCM' })}..b.c.d`, /encrypted \(JWE\)/],
  ['claims that are no JSON', jwt('no json'), /not a JSON object/],
  ['claims that are a list', jwt([1]), /not a JSON object/],
  ['claims that are null', jwt('null'), /not a JSON object/],
  ['claims that are a number', jwt('7'), /not a JSON object/],
  ['a header that is a list', jwt({}, []), /not a JSON object/],
  ['parts that are no base64url', '!.!.!', /not a JSON object/],
  ['empty parts', '..', /not a JSON object/],
]

describe('a token that cannot be read', () => {
  it.each(UNREADABLE)('an unreadable token gets a reason: %s', (_what, token, why) => {
    expect(readToken(token)).toEqual({ unreadable: expect.stringMatching(why) })
  })

  it.each(UNREADABLE)(
    'is an error in our words where its claims are needed: %s',
    async (_what, token, why) => {
      for (const use of [async () => decodeToken(token), () => mintBadToken('none', token, '')]) {
        const error = await refusal(use)
        expect(error).toMatchObject({ code: 'TOKEN_WRONG', exitCode: 5, why: expect.stringMatching(why) })
        if (token.length > 5 && token.length < 100) expect(error.why).not.toContain(token)
      }
    },
  )
})

it.each([
  ['exp as text', { exp: 'x' }],
  ['exp as an object', { exp: {} }],
  ['claims nested 100,000 deep', `{"a":${deep}}`],
])('a token that cannot be forged is a documented error: %s', async (_what, claims) => {
  expect(await refusal(() => mintBadToken('exp', jwt(claims), KEY_PEM))).toMatchObject({
    code: 'TOKEN_WRONG',
  })
})

it.each([
  ['text', 'a b', 'a b'],
  ['a list', ['a', 'b'], 'a b'],
  ['a number', 7, '7'],
  ['nothing', undefined, ''],
  ['null', null, ''],
  ['an object without a text', { toString: 1, valueOf: 1 }, 'of an unknown form'],
  ['a list of lists', JSON.parse(deep), 'of an unknown form'],
  [
    '10,000 items',
    Array.from({ length: 10_000 }, () => 'a'),
    Array.from({ length: 50 }, () => 'a').join(' '),
  ],
])('a claim is text, whatever its type: %s', (_what, claim, text) => {
  expect(claimText(claim)).toBe(text)
})
