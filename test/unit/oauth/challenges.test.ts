import { describe, expect, it } from 'vitest'

import { bearerChallenge, challengesOf } from '../../../src/oauth/challenges.ts'

const answer = (...headers: readonly string[]) =>
  new Response(null, {
    status: 401,
    headers: headers.map((header): [string, string] => ['www-authenticate', header]),
  })

describe('the challenges of an answer', () => {
  it('are read with their parameters, quoted or not, whatever the case of the names', async () => {
    const header = 'BEARER Realm="a, \\"b\\"", error=invalid_token, Resource_Metadata="http://a.test/x"'
    expect(await bearerChallenge(answer(header))).toEqual({
      scheme: 'bearer',
      parameters: { realm: 'a, "b"', error: 'invalid_token', resource_metadata: 'http://a.test/x' },
    })
  })

  it('are read when a URL lacks quotes, as in the Go SDK before 1.8', async () => {
    expect(await bearerChallenge(answer('Bearer resource_metadata=http://a.test/x?y, scope="a"'))).toEqual({
      scheme: 'bearer',
      parameters: { resource_metadata: 'http://a.test/x?y', scope: 'a' },
    })
  })

  it('the Bearer challenge is found among several in one or more headers', async () => {
    const wanted = { scheme: 'bearer', parameters: { scope: 'openid' } }
    expect(await bearerChallenge(answer('Basic realm="x", Bearer scope="openid"'))).toEqual(wanted)
    expect(await bearerChallenge(answer('Negotiate', 'Bearer scope="openid"'))).toEqual(wanted)
    expect(await challengesOf(answer('Bearer a="1"', 'Bearer a="2"'))).toHaveLength(2)
  })

  it.each(['', 'Bearer "', 'Bearer scope="openid', '=', 'Bearer realm=="', '\u00e9\u00e9'])(
    'are none when the header is garbled: %j',
    async (header) => {
      expect(await bearerChallenge(answer(header))).toBeUndefined()
    },
  )

  it('an answer without the header has no challenge, whatever its status', async () => {
    expect(await challengesOf(new Response(null, { status: 401 }))).toEqual([])
    expect(
      await bearerChallenge(new Response(null, { status: 403, headers: { 'www-authenticate': 'Bearer' } })),
    ).toEqual({ scheme: 'bearer', parameters: {} })
  })
})

it('a header longer than 8,000 characters is not parsed', async () => {
  const header = `Bearer scope="openid", ${'a '.repeat(60_000)}`
  expect(await challengesOf(answer(header))).toEqual([])
  expect(await bearerChallenge(answer(`Bearer scope="${'openid '.repeat(1_000)}"`))).toBeDefined()
})
