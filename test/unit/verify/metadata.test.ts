import { describe, expect, it } from 'vitest'

import { type McpServerOptions, rightMetadata } from '../../helpers/mcp/mcp-server.ts'
import {
  at,
  BEFORE_LOGIN,
  huge,
  METADATA,
  namedAt,
  redirect,
  run,
  SHORT_MS,
  text,
} from '../support/verify-run.ts'

describe('metadata', () => {
  it.each<[string, Partial<McpServerOptions>, string, string]>([
    ['of another resource', { metadata: (url) => ({ resource: `${url}/` }) }, 'resource', '/mcp/", and not'],
    [
      'of no authorization server',
      { metadata: () => ({ authorization_servers: [] }) },
      'authorization-server',
      'names no authorization server',
    ],
    ['that is not JSON', at(text('text/html', '<html>')), 'named-metadata', 'is not JSON'],
    ['that is garbled', at(text('application/json', '{"resource":[]}')), 'named-metadata', 'cannot be used'],
    ['that is a list', at(text('application/json', '[]')), 'named-metadata', 'cannot be used'],
    ['of 100 MB', at(huge), 'named-metadata', 'more than 1 MB'],
    [
      'that is nested deeply',
      at(text('application/json', `${'['.repeat(400_000)}${']'.repeat(400_000)}`)),
      'named-metadata',
      'cannot be used',
    ],
    ['that redirects in a circle', at(redirect(METADATA)), 'named-metadata', 'redirects more than 3 times'],
    [
      'that redirects to another host',
      at(redirect('http://192.168.0.1/')),
      'named-metadata',
      'was not followed',
    ],
    ['that redirects to a file', at(redirect('file:///etc/passwd')), 'named-metadata', 'was not followed'],
    ['in a file', namedAt('file:///etc/passwd'), 'named-metadata', 'which was not fetched'],
    ['on a private host', namedAt('http://10.0.0.1/x'), 'named-metadata', 'which was not fetched'],
    ['on a link-local host', namedAt('http://169.254.169.254/x'), 'named-metadata', 'which was not fetched'],
    ['on a public host', namedAt('https://evil.example/x'), 'named-metadata', 'which was not fetched'],
    ['nowhere', namedAt('not a url'), 'named-metadata', 'which is not a URL'],
  ])('%s', async (_case, options, name, what) => {
    const { found } = await run(options)
    expect(found(name)).toMatchObject({ status: 'fail', what: expect.stringContaining(what) })
    expect(found(name).fix).toBeTruthy()
  })

  it('of the origin only is a warning, because the official SDKs accept that', async () => {
    const { found } = await run({ metadata: (url) => ({ resource: new URL(url).origin }) })
    expect(found('resource')).toMatchObject({
      status: 'warn',
      what: expect.stringContaining('which is not exactly'),
    })
  })

  it('that hangs', async () => {
    const { found } = await run(
      at(() => {}),
      ['named-metadata'],
      {},
      SHORT_MS,
    )
    expect(found('named-metadata')).toMatchObject({ status: 'fail', what: expect.stringContaining('hangs') })
  })

  it('is followed within its origin', async () => {
    const { found } = await run({
      paths: (mcpUrl) => ({
        [METADATA]: redirect('/elsewhere'),
        '/elsewhere': text('application/json', JSON.stringify(rightMetadata(mcpUrl, { issuer: 'http://x' }))),
      }),
    })
    expect(found('named-metadata').status).toBe('ok')
  })

  it('is read under another content type, with a warning', async () => {
    const { by } = await run({
      paths: (mcpUrl) => ({
        [METADATA]: text('text/plain', JSON.stringify(rightMetadata(mcpUrl, { issuer: 'http://x' }))),
      }),
    })
    expect(by('warn')).toEqual(['named-metadata'])
  })

  it('is missing at the well-known places, or says something else there: a warning', async () => {
    const elsewhere = {
      challenge: (mcpUrl: string) => `Bearer resource_metadata="${new URL('/elsewhere', mcpUrl)}"`,
    }
    const document = (mcpUrl: string) =>
      text('application/json', JSON.stringify(rightMetadata(mcpUrl, { issuer: 'http://x' })))
    const missing = await run({
      ...elsewhere,
      paths: (mcpUrl) => ({ '/elsewhere': document(mcpUrl), [METADATA]: text('text/plain', '', 404) }),
    })
    expect(missing.found('well-known-metadata')).toMatchObject({
      status: 'warn',
      what: expect.stringContaining('There is none at'),
    })
    const other = await run({ ...elsewhere, paths: (mcpUrl) => ({ '/elsewhere': document(mcpUrl) }) })
    expect(other.found('well-known-metadata')).toMatchObject({
      status: 'warn',
      what: expect.stringContaining('says something else'),
    })
  })
})

describe('the challenge', () => {
  it.each<[string, Partial<McpServerOptions>, string, string]>([
    ['is missing', { challenge: () => undefined }, 'fail', 'has no WWW-Authenticate header'],
    ['is that of somebody else', { challenge: () => 'Basic realm="x"' }, 'fail', 'no Bearer challenge'],
    ['is garbled', { challenge: () => 'Bearer error="invalid' }, 'fail', 'no Bearer challenge'],
    ['names no metadata', { challenge: () => 'Bearer scope="openid"' }, 'warn', 'the metadata'],
    [
      'comes with a 403',
      { paths: () => ({ '/mcp': text('application/json', '{"jsonrpc":"2.0"}', 403) }) },
      'fail',
      'with 403, where 401 belongs',
    ],
  ])('%s', async (_case, options, status, what) => {
    const { found } = await run(options)
    expect(found('challenge')).toMatchObject({ status, what: expect.stringContaining(what) })
  })

  it.each<[string, string | undefined, string, string]>([
    ['no challenge', undefined, 'fail', 'has no WWW-Authenticate header'],
    ['a challenge that names none', 'Bearer scope="openid"', 'warn', 'the metadata'],
  ])('missing metadata and %s are both reported', async (_, header, status, what) => {
    const none = text('text/plain', '', 404)
    const { found, server } = await run({
      challenge: () => header,
      paths: () => ({ [METADATA]: none, '/.well-known/oauth-protected-resource': none }),
    })
    expect(found('challenge')).toMatchObject({
      status,
      what: expect.stringContaining(what),
      fix: expect.stringContaining(`resource_metadata="${new URL(METADATA, server.mcpUrl)}"`),
    })
    expect(found('well-known-metadata').status).toBe('fail')
  })

  it('is one of several', async () => {
    const { by } = await run({
      challenge: (url) => [
        'Basic realm="x"',
        `Bearer error="x", resource_metadata="${new URL(METADATA, url)}"`,
      ],
    })
    expect(by('ok')).toEqual(BEFORE_LOGIN)
  })
})

describe('scopes and audience', () => {
  it('that the realm does not have are named, ready to paste', async () => {
    const { found } = await run({ challenge: () => `Bearer scope="openid mcp:nope a';b"` })
    expect(found('scopes')).toMatchObject({
      status: 'fail',
      what: expect.stringContaining("mcp:nope, a';b"),
      fix: `mcp-keycloak reset-realm --scope mcp:nope --scope 'a'\\'';b'`,
    })
  })

  it('hidden scopes that clients may register with are not a fault', async () => {
    const { found } = await run({ challenge: () => 'Bearer scope="openid roles"' })
    expect(found('scopes')).toMatchObject({ status: 'ok', what: 'openid roles' })
  })

  it('that no option adds are to be left out', async () => {
    const { found } = await run({ challenge: () => 'Bearer scope="openid phone mcp:nope"' })
    expect(found('scopes').fix).toMatchInlineSnapshot(`
      "mcp-keycloak reset-realm --scope mcp:nope
      Let the server not ask for phone, which no option adds to the realm."
    `)
  })

  it('are a fault when the realm is for another MCP URL', async () => {
    const mcpUrls = ['http://localhost:1/mcp']
    const { found, server } = await run({}, BEFORE_LOGIN, { mcpUrls })
    expect(found('audience')).toMatchObject({
      status: 'fail',
      fix: `mcp-keycloak reset-realm --mcp-url http://localhost:1/mcp --mcp-url ${server.mcpUrl}`,
    })
  })
})
