import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { McpKeycloakError } from '../../../src/errors.ts'
import { adminLogin, answerText, status } from '../../../src/keycloak/admin.ts'
import { deadUrl, localServer } from '../support/local-server.ts'
import { refusal } from '../support/refusal.ts'

const ADMIN = { username: 'root', password: 'hunter2' }

/** A Keycloak that answers every login so. */
async function loginRefusal(code: number, body: string, runtime = 'java') {
  const adminFile = '/data/admin.json'
  const url = await localServer((_, response) =>
    response.writeHead(code, { 'content-type': 'application/json' }).end(body),
  )
  const error = await refusal(() => adminLogin({ url, admin: ADMIN, runtime, adminFile }))
  expect(JSON.stringify([error.message, error.why, error.fix])).not.toContain(ADMIN.password)
  return error
}

const REFUSED = '{"error":"invalid_grant","error_description":"Invalid user credentials"}'

describe('the administrator', () => {
  it('logs in at the realm master, with the password in the body', async () => {
    const asked: string[] = []
    const url = await localServer(async (request, response) => {
      let body = ''
      for await (const chunk of request) body += chunk
      asked.push(`${request.method} ${request.url}`, body)
      response.setHeader('content-type', 'application/json')
      const token = `h.${Buffer.from('{"exp":1}').toString('base64url')}.s`
      response.end(JSON.stringify({ access_token: token, refresh_token: 'r' }))
    })
    await adminLogin({ url, admin: ADMIN, runtime: 'java' })
    expect(asked[0]).toBe('POST /realms/master/protocol/openid-connect/token')
    expect(Object.fromEntries(new URLSearchParams(asked[1]))).toMatchObject({
      grant_type: 'password',
      client_id: 'admin-cli',
      ...ADMIN,
    })
  })

  it('that is refused is told why, and what to do about a server of ours', async () => {
    const error = await loginRefusal(401, REFUSED)
    expect(error).toMatchObject({ code: 'ADMIN_LOGIN_REFUSED', exitCode: 5 })
    expect(error).toMatchInlineSnapshot(`
      ✘ Keycloak at http://127.0.0.1:<port> refused the administrator "root".  [ADMIN_LOGIN_REFUSED]
        Why  It answered 401: Invalid user credentials
        Fix  If you changed the password in the admin console, write the new one into /data/admin.json. If you do not know it, rename that file, then mcp-keycloak up --yes: it creates a new administrator; realms, users and clients stay.
    `)
    expect(error.fix).not.toContain('--purge')
  })

  it.each([500, 502, 503, 429])(
    'is not blamed for a server that fails (%i), and nothing is to be deleted',
    async (code) => {
      const error = await loginRefusal(code, '{"error":"unknown_error"}')
      expect(error).toMatchObject({ code: 'KEYCLOAK_FAILED', exitCode: 4 })
      expect(error.why).toContain(`${code}: unknown_error`)
      expect(error.fix).toContain('mcp-keycloak logs --level ERROR')
      expect(error.fix).not.toMatch(/purge|--hard|reset-realm/)
    },
  )

  it('a refused login at an external Keycloak names the variables to set', async () => {
    expect((await loginRefusal(401, REFUSED, 'external')).fix).toContain('MCP_KEYCLOAK_ADMIN_PASSWORD')
  })

  it('a login reports that another program answers', async () => {
    const error = await loginRefusal(404, '')
    expect(error).toMatchInlineSnapshot(`
      ✘ There is no Keycloak at http://127.0.0.1:<port>.  [ADMIN_LOGIN_REFUSED]
        Why  It answered 404: Unable to determine error message.
        Fix  Check the URL: with a path such as /auth when that Keycloak has one.
    `)
  })

  it('an unanswered login names the URLs that were tried', async () => {
    const url = await deadUrl()
    const error = await refusal(() => adminLogin({ url, admin: ADMIN, runtime: 'external' }))
    expect(error).toMatchObject({ code: 'KEYCLOAK_UNREACHABLE', exitCode: 4 })
    expect(error.why).toContain('ECONNREFUSED')
  })

  it('is told so also when several addresses were tried, which Node reports without a message', async () => {
    const cause = Object.assign(new AggregateError([new Error('one'), new Error('two')]), {
      code: 'ECONNREFUSED',
    })
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('fetch failed', { cause })))
    onTestFinished(() => void vi.unstubAllGlobals())
    const login = { url: 'http://localhost:1', admin: ADMIN, runtime: 'external' }
    expect((await refusal(() => adminLogin(login))).why).toContain('ECONNREFUSED')
  })
})

describe('a call of the Admin API', () => {
  /** A Keycloak that lets the administrator in, with tokens of that lifespan, and answers every other call so. */
  async function keycloak(
    lifespanSeconds: number,
    code: number,
    body: string,
    diagnose?: () => Promise<McpKeycloakError | undefined>,
  ) {
    const asked: string[] = []
    const url = await localServer((request, response) => {
      const path = request.url?.split('?')[0]
      asked.push(path ?? '')
      const isLogin = path?.endsWith('/token')
      const exp = Math.floor(Date.now() / 1000) + lifespanSeconds
      const token = `h.${Buffer.from(JSON.stringify({ exp })).toString('base64url')}.s`
      response.writeHead(isLogin ? 200 : code, { 'content-type': 'application/json' })
      response.end(isLogin ? JSON.stringify({ access_token: token, refresh_token: 'r' }) : body)
    })
    return {
      asked,
      admin: await adminLogin({ url, admin: ADMIN, runtime: 'external', ...(diagnose && { diagnose }) }),
    }
  }
  const LOGIN = '/realms/master/protocol/openid-connect/token'

  it('an answer of 400 with unknown_error counts as a failure of Keycloak', async () => {
    const body =
      '{"error":"unknown_error","error_description":"For more on this error consult the server log."}'
    const { admin } = await keycloak(60, 400, body)
    expect(await refusal(() => admin.realms.find())).toMatchObject({ code: 'KEYCLOAK_FAILED', exitCode: 4 })
  })

  it('a cut-off answer counts as a failure of Keycloak and is not shown', async () => {
    const { admin } = await keycloak(60, 200, '[{"realm":"one","secret":"s3cret"},')
    const error = await refusal(() => admin.realms.find())
    expect(error).toMatchObject({ code: 'KEYCLOAK_FAILED', exitCode: 4 })
    expect(error).toMatchInlineSnapshot(`
      ✘ Keycloak at http://127.0.0.1:<port> failed to answer.  [KEYCLOAK_FAILED]
        Why  It answered 200: the answer is cut off.
        Fix  Check the log of that Keycloak, then run the command again.
    `)
  })

  it('the session logs in again only when its token has expired', async () => {
    const short = await keycloak(1, 200, '[]')
    await short.admin.realms.find()
    expect(short.asked).toEqual([LOGIN, LOGIN, '/admin/realms/'])
    const long = await keycloak(60, 200, '[]')
    await long.admin.realms.find()
    expect(long.asked).toEqual([LOGIN, '/admin/realms/'])
  })

  it.each([401, 403])('that the administrator may not make (%i) says so', async (code) => {
    const { admin } = await keycloak(60, code, '{"error":"HTTP 403 Forbidden"}')
    expect(await refusal(() => admin.clients.find({ realm: 'r' }))).toMatchObject({
      code: 'ADMIN_LOGIN_REFUSED',
      why: `Keycloak answered ${code}: HTTP 403 Forbidden`,
      fix: expect.stringContaining('role "admin"'),
    })
  })

  it('that gets no answer any more says so', async () => {
    const { admin } = await keycloak(60, 200, '[]')
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('fetch failed', { cause: new Error('reset') })))
    onTestFinished(() => void vi.unstubAllGlobals())
    expect(await refusal(() => admin.users.find())).toMatchObject({
      code: 'KEYCLOAK_UNREACHABLE',
      why: 'reset',
    })
  })

  it('that makes Keycloak fail says so, or what this machine shows of it', async () => {
    const { admin } = await keycloak(60, 500, '{"error":"unknown_error"}')
    expect(await refusal(() => admin.clients.find({ realm: 'r' }))).toMatchObject({ code: 'KEYCLOAK_FAILED' })
    const full = new McpKeycloakError('DISK_FULL', { what: 'Full.', why: 'It is.', fix: 'Make room.' })
    const url = await localServer((_, response) => response.writeHead(500).end())
    const login = { url, admin: ADMIN, runtime: 'java', diagnose: async () => full }
    expect(await refusal(() => adminLogin(login))).toBe(full)
  })

  it('names a full disk when a realm cannot be stored because of it', async () => {
    const full = new McpKeycloakError('DISK_FULL', { what: 'Full.', why: 'It is.', fix: 'Free space.' })
    const { admin } = await keycloak(
      60,
      400,
      '{"errorMessage":"Database operation failed"}',
      async () => full,
    )
    expect(await refusal(() => admin.realms.create({ realm: 'r' }))).toBe(full)
  })

  it('gives a realm five minutes, and every other call one', async () => {
    const { admin } = await keycloak(60, 204, '')
    const limits = vi.spyOn(AbortSignal, 'timeout')
    onTestFinished(() => limits.mockRestore())
    const calls = [
      () => admin.realms.create({ realm: 'r' }),
      () => admin.clients.find({ realm: 'r' }),
      () => admin.realms.del({ realm: 'r' }),
      () => admin.realms.find(),
    ]
    for (const call of calls) await call().catch(() => {})
    const asked = limits.mock.calls.map(([ms]) => ms)
    expect(asked.filter((ms, index) => ms !== asked[index - 1])).toEqual([300_000, 60_000, 300_000, 60_000])
  })

  it('leaves what else Keycloak refuses to the caller', async () => {
    const { admin } = await keycloak(60, 409, '{"errorMessage":"Realm exists"}')
    const error = await admin.realms.create({ realm: 'r' }).catch((cause: unknown) => cause)
    expect([status(error), answerText(error)]).toEqual([409, 'Realm exists'])
  })
})

describe('an error of the admin client', () => {
  it('has a status when Keycloak answered', () => {
    expect(status({ response: { status: 409 } })).toBe(409)
    for (const error of [undefined, null, new Error('x'), {}, { response: {} }])
      expect(status(error)).toBeUndefined()
  })

  it.each([
    [{ errorMessage: 'Realm exists' }, 'Realm exists'],
    [{ error: 'unknown_error', error_description: 'For more, see the log' }, 'For more, see the log'],
    [{ error: 'unknown_error' }, 'unknown_error'],
    ['plain text', 'plain text'],
    ['x'.repeat(1000), 'x'.repeat(300)],
    [{}, 'the message'],
    ['', 'the message'],
    [undefined, 'the message'],
  ])('says what Keycloak said: %j', (responseData, text) => {
    expect(answerText(Object.assign(new Error('the message'), { responseData }))).toBe(text)
  })
})

it('does not take the password to where a login redirects', async () => {
  let seen = 0
  const other = await localServer((_, response) => {
    seen += 1
    response.end()
  })
  const url = await localServer((_, response) => response.writeHead(307, { location: other }).end())
  await refusal(() => adminLogin({ url, admin: ADMIN, runtime: 'external' }))
  expect(seen).toBe(0)
})
