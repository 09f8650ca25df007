import type { RequestListener } from 'node:http'

import { describe, expect, it, onTestFinished } from 'vitest'

import { startMcpServer } from '../../helpers/mcp/mcp-server.ts'
import { BEFORE_LOGIN, huge, itself, realmAt, redirect, run, SHORT_MS, text } from '../support/verify-run.ts'

describe('an authorization server that is not the realm', () => {
  it('is named, and not asked anything', async () => {
    const evil = await startMcpServer({ issuer: 'http://x' })
    onTestFinished(() => evil[Symbol.asyncDispose]())
    const foreign = new URL('/realms/evil', evil.mcpUrl).href
    const alone = await run({ metadata: () => ({ authorization_servers: [foreign] }) })
    expect(alone.found('authorization-server')).toMatchObject({
      status: 'fail',
      what: expect.stringContaining(foreign),
    })
    const issuer = await realmAt()
    const beside = await run({ issuer, metadata: () => ({ authorization_servers: [issuer, foreign] }) })
    expect(beside.found('authorization-server')).toMatchObject({
      status: 'warn',
      what: `Beside ${issuer} it names ${foreign}`,
    })
    expect(evil.seen).toEqual([])
  })

  it('is the MCP server itself, and sends clients elsewhere: nothing is sent there', async () => {
    const evil = await startMcpServer({ issuer: 'http://x' })
    onTestFinished(() => evil[Symbol.asyncDispose]())
    const { found } = await run(itself({ token_endpoint: evil.mcpUrl }), [
      ...BEFORE_LOGIN,
      'registration',
      'login',
    ])
    expect(found('authorization-server')).toMatchObject({
      status: 'fail',
      what: expect.stringContaining(`has its token_endpoint at ${evil.mcpUrl}`),
    })
    expect(found('login').status).toBe('skip')
    expect(evil.seen).toEqual([])
  })

  it('a server that asks for the password on its own page does not get it', async () => {
    const page = '<form id="kc-form-login" action="/steal"><input name="username"></form>'
    const { found, server } = await run(itself({}, { '/authorize': text('text/html', page) }), [
      'registration',
      'login',
    ])
    expect(found('login')).toMatchObject({
      status: 'fail',
      why: expect.stringMatching(/ password, .* http/),
    })
    expect(server.seen.map(({ path }) => path)).not.toContain('/steal')
  })

  it('verify reports a client that it cannot delete', async () => {
    const body = JSON.stringify({
      ...{ client_id: 'c', client_secret: 's', client_secret_expires_at: 0 },
      ...{ registration_client_uri: 'http://127.0.0.1:1/c', registration_access_token: 't' },
    })
    const { found } = await run(itself({}, { '/register': text('application/json', body, 201) }), [
      'registration',
      'login',
    ])
    expect(found('registration')).toMatchObject({ status: 'ok', what: expect.stringContaining('it stays') })
  })

  it.each<[string, RequestListener]>([
    ['hangs up', (request) => request.socket.destroy()],
    ['answers 100 MB', huge],
    ['answers garbage', text('text/html', '<html>')],
    ['redirects', redirect('http://192.168.0.1/')],
  ])('a broken registration or login is one fault: it %s', async (_case, listener) => {
    const questions = ['registration', 'login']
    const atRegistration = await run(itself({}, { '/register': listener }), questions)
    expect([atRegistration.by('fail'), atRegistration.by('skip')]).toEqual([['registration'], ['login']])
    const atLogin = await run(itself({}, { '/authorize': listener }), questions)
    expect([atLogin.by('ok'), atLogin.by('fail')]).toEqual([['registration'], ['login']])
  })

  it('a hanging authorization server is one fault', async () => {
    const { by, found } = await run(
      itself({}, { '/register': () => {} }),
      ['registration', 'login'],
      {},
      SHORT_MS,
    )
    expect([by('fail'), by('skip')]).toEqual([['registration'], ['login']])
    expect(found('registration').what).toMatch(/hangs: no answer within/)
  })

  it('verify follows no redirect to a third server', async () => {
    const evil = await startMcpServer({ issuer: 'http://x' })
    onTestFinished(() => evil[Symbol.asyncDispose]())
    const { found } = await run(itself({}, { '/authorize': redirect(evil.mcpUrl) }), [
      'registration',
      'login',
    ])
    expect(found('login')).toMatchObject({ status: 'fail', why: expect.stringContaining('was not followed') })
    expect(evil.seen).toEqual([])
  })
})
