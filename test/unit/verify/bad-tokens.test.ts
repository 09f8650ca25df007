import { describe, expect, it } from 'vitest'

import { McpKeycloakError } from '../../../src/errors.ts'
import { localServer } from '../support/local-server.ts'
import { BAD_TOKENS, itself, run, text } from '../support/verify-run.ts'

describe('a server that accepts a bad token', () => {
  it.each([
    ['garbage', 'garbage'],
    ['aud', 'bad-aud'],
    ['iss', 'bad-iss'],
    ['exp', 'bad-exp'],
    ['scope', 'bad-scope'],
    ['sig', 'bad-sig'],
    ['another-realm', 'bad-another-realm'],
  ])('a server that accepts a token with a bad %s gets one fault', async (name, token) => {
    const { by, found } = await run({ accepts: (seen) => seen === token }, BAD_TOKENS)
    expect(by('fail')).toEqual([name])
    expect(found(name)).toMatchObject({ why: expect.any(String), fix: expect.any(String) })
    expect(found(name).what).toMatchSnapshot()
  })

  it("the fix for a bad token names the framework's own option", async () => {
    const headers = { 'x-powered-by': 'Express' }
    const accepts = (token: string) => token === 'bad-aud'
    const { found, server } = await run({ headers, accepts }, BAD_TOKENS)
    expect(found('aud').fix).toMatch(new RegExp(`^TypeScript SDK: .*audience: "${server.mcpUrl}".*jwtVerify`))
  })

  it('asks for no token: one fault', async () => {
    const answer = JSON.stringify({ jsonrpc: '2.0', id: 1, result: {} })
    const paths = () => ({ '/mcp': text('application/json', answer) })
    const { found, by } = await run({ paths }, ['challenge', ...BAD_TOKENS])
    expect(found('challenge')).toMatchObject({
      status: 'fail',
    })
    expect(by('skip')).toEqual(BAD_TOKENS)
  })

  it('shows nothing by refusing one when it refuses a good one', async () => {
    const { by, found } = await run({}, ['tools', ...BAD_TOKENS], { user: undefined })
    expect([by('ok'), by('fail')]).toEqual([['garbage'], ['tools']])
    expect(found('tools').what).toContain('401')
    expect(found('aud').status).toBe('skip')
  })

  it('an OAuth proxy is not blamed for a realm without open registration', async () => {
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

  it('a server is not blamed for a token that cannot be created', async () => {
    const forge = async () => {
      throw new McpKeycloakError('USAGE_INVALID', { what: 'No.', why: 'The key is not ours.', fix: '-' })
    }
    const { by, found } = await run({}, BAD_TOKENS, { forge })
    expect(by('ok')).toEqual(['garbage', 'another-realm'])
    expect(found('aud')).toMatchObject({ status: 'skip', what: 'No. The key is not ours' })
  })
})

describe('a server that refuses bad tokens improperly', () => {
  it.each([400, 403, 500])('with %i', async (refusalStatus) => {
    const { by, found } = await run({ refusalStatus }, BAD_TOKENS)
    expect(by('fail')).toEqual(BAD_TOKENS.filter((name) => refusalStatus !== 403 || name !== 'scope'))
    expect(found('aud').what).toContain(`${refusalStatus}`)
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
