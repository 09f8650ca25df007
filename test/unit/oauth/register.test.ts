import { describe, expect, it } from 'vitest'

import { deleteClient, registerClient } from '../../../src/oauth/register.ts'
import { localServer } from '../support/local-server.ts'
import { refusal } from '../support/refusal.ts'

const CLIENT = { redirect_uris: ['http://localhost:3117/callback'], token_endpoint_auth_method: 'none' }

/** A registration endpoint that answers so, and the bodies that it was sent. */
async function registrationAnswering(status: number, body: unknown) {
  const sent: unknown[] = []
  const url = await localServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    sent.push(text && JSON.parse(text), request.method, request.headers.authorization)
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(typeof body === 'string' ? body : JSON.stringify(body))
  })
  return { server: { issuer: url, registration_endpoint: `${url}/register` }, url, sent }
}

const refusedWith = async (status: number, body: unknown) => {
  const { server } = await registrationAnswering(status, body)
  const error = await refusal(() => registerClient(server, CLIENT))
  expect(error).toMatchObject({ code: 'REGISTRATION_REFUSED', exitCode: 5 })
  return error
}

describe('a registration', () => {
  it('sends what the client says of itself, without a token', async () => {
    const { server, sent } = await registrationAnswering(201, { client_id: 'x', ...CLIENT })
    expect(await registerClient(server, CLIENT)).toMatchObject({ client_id: 'x' })
    expect(sent).toEqual([CLIENT, 'POST', undefined])
  })

  it('is sent with an initial access token where there is one', async () => {
    const { server, sent } = await registrationAnswering(201, { client_id: 'x', ...CLIENT })
    await registerClient(server, CLIENT, 'initial')
    expect(sent).toEqual([CLIENT, 'POST', 'Bearer initial'])
  })

  it.each([
    [403, "Policy 'Initial Access Token Required' rejected request to client-registration service."],
    [401, 'No remaining count on initial access token'],
  ])('that lacks such a token says where to get one: %i', async (status, why) => {
    const error = await refusedWith(status, { error: 'refused', error_description: why })
    expect(error.fix).toContain('mcp-keycloak up')
  })

  it('that is refused for a host says which option trusts it', async () => {
    const why =
      "Policy 'Trusted Hosts' rejected request to client-registration service. Details: Host not trusted."
    const error = await refusedWith(403, { error: 'insufficient_scope', error_description: why })
    expect(error.why).toBe(`It answered 403: ${why}`)
    expect(error.fix).toContain('--trusted-host')
  })

  it('that is refused because the realm is full says where to make room', async () => {
    const why = "Policy 'Max Clients Limit' rejected request to client-registration service."
    const error = await refusedWith(403, { error: 'insufficient_scope', error_description: why })
    expect(error.code).toBe('REGISTRATION_REFUSED')
    expect(error).toMatchInlineSnapshot(`
      ✘ Keycloak refused to register a client.  [REGISTRATION_REFUSED]
        Why  It answered 403: Policy 'Max Clients Limit' rejected request to client-registration service.
        Fix  Delete clients that nobody uses: mcp-keycloak clients prune --unused
    `)
  })

  it.each([
    [201, { client_id: 'x', client_secret: 's3cret', registration_access_token: 's3cret' }],
    [201, { client_secret: 's3cret', registration_access_token: 's3cret' }],
    [200, { client_id: 'x', registration_access_token: 's3cret' }],
    [201, 'client_secret=s3cret'],
  ])('that went well and cannot be understood keeps its secrets: %i %j', async (status, body) => {
    const error = await refusedWith(status, body)
    expect(error.why).toMatch(new RegExp(`^It answered ${status}: .`))
    expect(`${error.message}${error.why}${error.fix}`).not.toContain('s3cret')
  })

  it('has to have somewhere to go', async () => {
    const error = await refusal(() => registerClient({ issuer: 'http://localhost' }, CLIENT))
    expect(error).toMatchObject({ code: 'REGISTRATION_REFUSED', fix: expect.stringContaining('doctor') })
  })

  it('that is refused without a word shows the answer', async () => {
    expect((await refusedWith(500, 'oops')).why).toBe('It answered 500: oops')
  })
})

describe('a registered client', () => {
  const registered = (url: string) => ({
    client_id: 'x',
    registration_client_uri: `${url}/register/x`,
    registration_access_token: 'token',
  })

  it('is deleted by its own token', async () => {
    const { url, sent } = await registrationAnswering(204, '')
    await deleteClient(registered(url))
    expect(sent).toEqual(['', 'DELETE', 'Bearer token'])
  })

  it('that is not deleted says why', async () => {
    const { url } = await registrationAnswering(401, 'invalid_token')
    expect((await refusal(() => deleteClient(registered(url)))).why).toBe('It answered 401: invalid_token')
    expect((await refusal(() => deleteClient({ client_id: 'x' }))).why).toContain('registration_client_uri')
  })
})

describe('what a registration is answered with', () => {
  const answered = async (members: (url: string) => object) => {
    const url: string = await localServer((_, response) =>
      response
        .writeHead(201, { 'content-type': 'application/json' })
        .end(JSON.stringify({ client_id: 'x', ...members(url) })),
    )
    return registerClient({ issuer: url, registration_endpoint: `${url}/register` }, CLIENT)
  }

  it.each([
    ['on another port', 'http://127.0.0.1:1/client'],
    ['on another host', 'https://evil.test/client'],
    ['in javascript', 'javascript:alert(1)'],
    ['in a file', 'file:///etc/passwd'],
    ['that is a number', 7],
  ])('has no registration_client_uri %s: its token is not sent there', async (_where, uri) => {
    const client = await answered(() => ({ registration_client_uri: uri, registration_access_token: 't' }))
    expect(client.registration_client_uri).toBeUndefined()
    expect((await refusal(() => deleteClient(client))).why).toContain('no registration_client_uri')
  })

  it('has the one at its own address', async () => {
    const client = await answered((url) => ({ registration_client_uri: `${url}/client` }))
    expect(client.registration_client_uri).toMatch(/\/client$/)
  })

  it('has no token that a header cannot carry, and none of another type', async () => {
    expect(await answered(() => ({ registration_access_token: 't\r\nX: 1' }))).toEqual({ client_id: 'x' })
    expect(await answered(() => ({ registration_access_token: {} }))).toEqual({ client_id: 'x' })
  })

  it('is quoted up to 2,000 characters', async () => {
    const error = await refusedWith(400, { error: 'x', error_description: 'y'.repeat(900_000) })
    expect(error.why.length).toBeLessThan(2_100)
  })
})
