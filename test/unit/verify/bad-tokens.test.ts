import { describe, expect, it } from 'vitest'

import { McpKeycloakError } from '../../../src/errors.ts'
import { localServer } from '../support/local-server.ts'
import { BAD_TOKENS, itself, run, text } from '../support/verify-run.ts'

describe('a server that accepts a bad token', () => {
  it.each([
    ['garbage', 'garbage', 'It accepts text that is not a token'],
    ['aud', 'bad-aud', 'It accepts tokens that are for another server'],
    ['iss', 'bad-iss', 'It accepts tokens that say that somebody else has issued them'],
    ['exp', 'bad-exp', 'It accepts expired tokens'],
    ['scope', 'bad-scope', 'It accepts tokens without the scopes that it asks for'],
    ['sig', 'bad-sig', 'It accepts forged tokens'],
    ['another-realm', 'bad-another-realm', 'It accepts tokens of another realm'],
  ])('%s', async (name, token, what) => {
    const { by, found } = await run({ accepts: (seen) => seen === token }, BAD_TOKENS)
    expect(by('fail')).toEqual([name])
    expect(found(name)).toMatchObject({ what, why: expect.any(String), fix: expect.any(String) })
  })

  it('says how to cure it in the words of the framework', async () => {
    const headers = { 'x-powered-by': 'Express' }
    const accepts = (token: string) => token === 'bad-aud'
    const { found, server } = await run({ headers, accepts }, BAD_TOKENS)
    expect(found('aud').fix).toBe(
      `TypeScript SDK: add audience: "${server.mcpUrl}" to the options of jwtVerify(token, keys, { … })`,
    )
  })

  it('asks for no token: one fault', async () => {
    const answer = JSON.stringify({ jsonrpc: '2.0', id: 1, result: {} })
    const paths = () => ({ '/mcp': text('application/json', answer) })
    const { found, by } = await run({ paths }, ['challenge', ...BAD_TOKENS])
    expect(found('challenge')).toMatchObject({
      status: 'fail',
      what: 'It serves everybody: no token is asked for',
    })
    expect(by('skip')).toEqual(BAD_TOKENS)
  })

  it('shows nothing by refusing one when it refuses a good one', async () => {
    const { by, found } = await run({}, ['tools', ...BAD_TOKENS], { user: undefined })
    expect([by('ok'), by('fail')]).toEqual([['garbage'], ['tools']])
    expect(found('tools').what).toBe('It refuses a good token (401)')
    expect(found('aud')).toMatchObject({ status: 'skip', what: 'Refused; but a good token is refused, too' })
  })

  it('is not blamed for a realm where nobody may register, when it is an authorization server of its own', async () => {
    const refused = { error: 'insufficient_scope', error_description: "Policy 'Trusted Hosts' rejected" }
    const url: string = await localServer((request, response) =>
      request.method === 'POST'
        ? response.writeHead(403, { 'content-type': 'application/json' }).end(JSON.stringify(refused))
        : response
            .writeHead(200, { 'content-type': 'application/json' })
            .end(JSON.stringify({ issuer: `${url}/realms/x`, registration_endpoint: `${url}/register` })),
    )
    const { found } = await run({ ...itself({}), issuer: `${url}/realms/x` }, ['login', 'aud'])
    expect(found('aud')).toMatchObject({ status: 'skip', what: expect.stringContaining('Trusted Hosts') })
  })

  it('is not blamed for a token that cannot be made', async () => {
    const spoil = async () => {
      throw new McpKeycloakError('USAGE_INVALID', { what: 'No.', why: 'The key is not ours.', fix: '-' })
    }
    const { by, found } = await run({}, BAD_TOKENS, { spoil })
    expect(by('ok')).toEqual(['garbage', 'another-realm'])
    expect(found('aud')).toMatchObject({ status: 'skip', what: 'No. The key is not ours' })
  })
})

describe('a server that refuses bad tokens improperly', () => {
  it.each([400, 403, 500])('with %i', async (refusalStatus) => {
    const { by, found } = await run({ refusalStatus }, BAD_TOKENS)
    expect(by('fail')).toEqual(BAD_TOKENS.filter((name) => refusalStatus !== 403 || name !== 'scope'))
    expect(found('aud').what).toBe(`It is refused with ${refusalStatus}, where 401 belongs`)
  })

  it('without a challenge', async () => {
    const { by } = await run({ challenge: () => undefined }, BAD_TOKENS)
    expect(by('fail')).toEqual(BAD_TOKENS)
  })

  it('without the reason: a warning', async () => {
    const { by } = await run({ challenge: () => 'Bearer' }, BAD_TOKENS)
    expect(by('warn')).toEqual(BAD_TOKENS)
  })
})

describe('a token without scopes that is accepted', () => {
  const accepts = (token: string) => token === 'bad-scope'

  it('is a warning when the metadata lists scopes and nothing insists on them', async () => {
    const challenge = () => 'Bearer error="invalid_token"'
    expect((await run({ accepts, challenge }, BAD_TOKENS)).by('warn')).toEqual(['scope'])
  })

  it('is all right when the server asks for none', async () => {
    const challenge = () => 'Bearer error="invalid_token"'
    const metadata = () => ({ scopes_supported: [] })
    const { found } = await run({ accepts, challenge, metadata }, BAD_TOKENS)
    expect(found('scope')).toMatchObject({ status: 'ok', what: expect.stringContaining('asks for no scope') })
  })
})
