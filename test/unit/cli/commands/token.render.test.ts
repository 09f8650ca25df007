import { Chalk } from 'chalk'
import { describe, expect, it } from 'vitest'

import { renderToken } from '../../../../src/cli/commands/token.ts'
import type { TokenReport } from '../../../../src/operations/token.ts'

const chalk = new Chalk({ level: 0 })
const text = (lines: readonly string[]) => lines.map((line) => line.trimEnd()).join('\n')

describe('what a person reads of token', () => {
  const report: TokenReport = {
    schemaVersion: 1,
    accessToken: 'a.b.c',
    refreshToken: null,
    username: 'testuser',
    clientId: 'mcp-client',
    bad: null,
    expiresInSeconds: 299,
    header: { alg: 'RS256', kid: 'k' },
    claims: {
      iss: 'http://localhost:8080/realms/fastmcp',
      aud: ['x', 'y'],
      exp: 1_767_323_045,
      scope: 'openid',
    },
  }

  it('token prints the token alone or as a header', () => {
    expect(renderToken(report, chalk)).toEqual(['a.b.c'])
    expect(renderToken(report, chalk, { header: true })).toEqual(['Authorization: Bearer a.b.c'])
  })

  it('token --decode prints header, claims and lifetime', () => {
    expect(text(renderToken(report, chalk, { decode: true }))).toMatchInlineSnapshot(`
      "Header
        alg                 RS256
        kid                 k
      Claims
        iss                 http://localhost:8080/realms/fastmcp
        aud                 ["x","y"]
        exp                 1767323045  (2026-01-02T03:04:05.000Z)
        scope               openid
      Lifetime
                            299 s left"
    `)
  })

  it('token --decode says why a token is unreadable, and prints impossible times', () => {
    const opaque = { ...report, header: {}, claims: {}, unreadable: 'it is encrypted (JWE)' }
    expect(renderToken(opaque, chalk)).toEqual(['a.b.c'])
    expect(renderToken(opaque, chalk, { decode: true })[0]).toMatchInlineSnapshot(
      `"The claims cannot be read, because it is encrypted (JWE)."`,
    )
    const far = { ...report, claims: { exp: 1e300 } }
    expect(text(renderToken(far, chalk, { decode: true }))).toContain('1e+300')
  })

  it('token --decode prints since when a bad token is invalid, and its fault', () => {
    const bad: TokenReport = { ...report, bad: 'exp', expiresInSeconds: -60 }
    expect(renderToken(bad, chalk, { decode: true }).slice(-2)).toMatchInlineSnapshot(`
      [
        "                      expired 60 s ago",
        "A correct server refuses it: its exp is wrong.",
      ]
    `)
  })
})
