import { generateKeyPairSync, sign } from 'node:crypto'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'

import { verifyAccessToken } from '../../../src/oauth/verify-access-token.ts'
import { localServer } from '../support/local-server.ts'
import { refusal } from '../support/refusal.ts'

const ISSUER = 'http://localhost:8080/realms/r'
const AUDIENCE = 'http://localhost:8000/mcp'
const keys = await generateKeyPair('ES256')
const otherKeys = await generateKeyPair('ES256')

const jwksUri = () =>
  localServer(async (_, response) => {
    const key = { ...(await exportJWK(keys.publicKey)), kid: 'k', alg: 'ES256' }
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [key] }))
  })

const anonymous = () =>
  new SignJWT({ scope: 'openid' })
    .setProtectedHeader({ alg: 'ES256', kid: 'k' })
    .setIssuer(ISSUER)
    .setAudience([AUDIENCE, 'account'])
    .setExpirationTime('1m')

const good = () => anonymous().setSubject('user')

const verify = async (jwt: SignJWT, signedBy = keys) =>
  verifyAccessToken(await jwt.sign(signedBy.privateKey), {
    issuer: ISSUER,
    audience: AUDIENCE,
    jwksUri: await jwksUri(),
  })

describe('an access token', () => {
  it('is good when issuer, audience, time and signature are', async () => {
    expect(await verify(good())).toMatchObject({ sub: 'user', scope: 'openid' })
  })

  it.each([
    ['is for somebody else', () => good().setAudience('http://other.test/mcp'), /"aud"/],
    ['is of another issuer', () => good().setIssuer('http://evil.test'), /"iss"/],
    ['has expired', () => good().setExpirationTime('-1m'), /"exp"/],
    ['is about nobody', anonymous, /"sub"/],
  ])('is refused when it %s', async (_case, jwt, why) => {
    const error = await refusal(() => verify(jwt()))
    expect(error).toMatchObject({ code: 'TOKEN_WRONG', exitCode: 5 })
    expect(error.why).toMatch(why)
  })

  it('is refused when its key is short, and the fix is a longer key', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 })
    const jwksUri = await localServer((_, response) => {
      const key = { ...publicKey.export({ format: 'jwk' }), kid: 'k', alg: 'RS256' }
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [key] }))
    })
    const [, claims] = (await good().sign(keys.privateKey)).split('.')
    const signed = `${Buffer.from('{"alg":"RS256","kid":"k"}').toString('base64url')}.${claims}`
    const token = `${signed}.${sign('sha256', Buffer.from(signed), privateKey).toString('base64url')}`
    const error = await refusal(() =>
      verifyAccessToken(token, { issuer: ISSUER, audience: AUDIENCE, jwksUri }),
    )
    expect(error).toMatchObject({ code: 'TOKEN_WRONG', message: expect.stringContaining('2,048 bits') })
    expect(error.fix).toContain('rsa-generated')
    expect(error.fix).not.toContain('reset-realm')
  })

  it('a token that another key signed is refused', async () => {
    const error = await refusal(() => verify(good(), otherKeys))
    expect(error.why).toMatch(/signature/)
  })
})
