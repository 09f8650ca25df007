import type { RequestListener } from 'node:http'

import { describe, expect, it } from 'vitest'

import { deadUrl } from '../support/local-server.ts'
import { BAD_TOKENS, BEFORE_LOGIN, huge, redirect, run, SHORT_MS, text } from '../support/verify-run.ts'

it('finds nothing wrong with a right server', async () => {
  const { by } = await run({}, [...BEFORE_LOGIN, ...BAD_TOKENS])
  expect(by('ok')).toEqual([...BEFORE_LOGIN, ...BAD_TOKENS])
})

describe('what is no MCP server: one fault, and nothing else is sent there', () => {
  it.each<[string, RequestListener, string]>([
    ['a web page', text('text/html', '<h1>Welcome</h1>'), 'web page (200, text/html)'],
    ["a web page's login", text('text/html', '<input type="password">'), "page's login (200, text/html)"],
    ['a server that refuses the host name', text('text/plain', 'Misdirected', 421), 'refuses the host name'],
    [
      'one that does so with 403',
      text('application/json', '{"jsonrpc":"2.0","error":{"code":-32000,"message":"Invalid Host: x"}}', 403),
      'refuses the host name',
    ],
    ['another API', text('application/json', '{"hello":"world"}'), 'is not an MCP server'],
    ['something that takes no POST', text('text/plain', '', 405), 'is not an MCP server'],
    ['something that takes no JSON', text('application/json', '{"error":"x"}', 415), 'is not an MCP server'],
    ['nothing', text('text/plain', '', 404), 'There is nothing at'],
    ['a server that fails', text('text/plain', '', 500), 'answers 500'],
    ['100 MB', huge, 'is more than 1 MB; the rest was not read'],
    ['a redirect', redirect('/mcp/'), '/mcp/ (307)'],
    ['a redirect to itself', redirect('/mcp'), '/mcp (307)'],
    ['a hang-up', (request) => request.socket.destroy(), 'gave no answer'],
    ['no HTTP', (request) => request.socket.end('SSH-2.0\r\n'), 'gave no answer'],
  ])('%s', async (_case, listener, what) => {
    const { server, found, by } = await run({ paths: () => ({ '/mcp': listener }) })
    expect(found('answers')).toMatchObject({ status: 'fail', what: expect.stringContaining(what) })
    expect(found('answers').fix).toBeTruthy()
    expect(by('skip')).toEqual(BEFORE_LOGIN.slice(1))
    expect(server.seen.filter(({ method }) => method !== 'GET')).toHaveLength(1)
  })

  it('something that forbids everything', async () => {
    const forbidden = text('text/plain', '', 403)
    const metadata = '/.well-known/oauth-protected-resource'
    const { found, by } = await run({
      paths: () => ({ '/mcp': forbidden, [`${metadata}/mcp`]: forbidden, [metadata]: forbidden }),
    })
    expect(found('answers')).toMatchObject({
      status: 'fail',
      what: expect.stringContaining('with 403, where 401 belongs'),
    })
    expect(by('skip')).toEqual(BEFORE_LOGIN.slice(1))
  })

  it('a server that hangs', async () => {
    const { found } = await run({ paths: () => ({ '/mcp': () => {} }) }, ['answers'], {}, SHORT_MS)
    expect(found('answers').what).toMatch(/hangs: no answer within 1\.5 s$/)
  })

  it('a server that is down', async () => {
    const url = await deadUrl()
    const { found } = await run({ paths: () => ({ '/mcp': redirect(url) }) })
    expect(found('answers').fix).toContain(`mcp-keycloak verify ${url}/`)
  })
})

it('goes on after a 403 of a server that publishes metadata', async () => {
  const { found, by } = await run({
    paths: () => ({ '/mcp': text('application/json', '{"detail":"x"}', 403) }),
  })
  expect(by('fail')).toEqual(['challenge'])
  expect(found('challenge').what).toContain('with 403, where 401 belongs')
  expect(found('resource').status).toBe('ok')
})
