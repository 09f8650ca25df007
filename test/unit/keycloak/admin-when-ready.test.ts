import { createServer as createTcpServer } from 'node:net'

import { describe, expect, it, onTestFinished, vi } from 'vitest'

import { adminWhenReady } from '../../../src/keycloak/admin-when-ready.ts'
import { deadUrl, localServer } from '../support/local-server.ts'
import { refusal } from '../support/refusal.ts'

const ADMIN = { username: 'root', password: 'hunter2' }
const TOKEN = JSON.stringify({ access_token: 'h.eyJleHAiOjF9.s', refresh_token: 'r' })

/** Waits for a Keycloak, and hears what is said of it. */
function wait(
  url: string,
  { timeoutMs = 10_000, signal }: { timeoutMs?: number; signal?: AbortSignal } = {},
) {
  const steps: string[] = []
  const onStep = (step: string) => void steps.push(step)
  const admin = adminWhenReady({ url, admin: ADMIN, runtime: 'external' }, { timeoutMs, onStep, signal })
  return { steps, admin }
}

/** A Keycloak that answers the first logins so, and then lets everybody in; how often it was asked. */
async function starting(...codes: readonly number[]) {
  let asked = 0
  const url = await localServer((_, response) => {
    const code = codes[asked++] ?? 200
    response.writeHead(code, { 'content-type': 'application/json' }).end(code === 200 ? TOKEN : '{}')
  })
  return { url, asked: () => asked }
}

describe('a Keycloak that is starting', () => {
  it('the login waits until the port listens, and reports that once', async () => {
    const url = await deadUrl()
    const { steps, admin } = wait(url)
    await vi.waitUntil(() => steps.length > 0, 10_000)
    const keycloak = createTcpServer((socket) => {
      socket.once('data', () => socket.end(`HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n${TOKEN}`))
    })
    onTestFinished(() => void keycloak.close())
    keycloak.listen(Number(new URL(url).port), '127.0.0.1')
    expect((await admin).accessToken).toBe('h.eyJleHAiOjF9.s')
    expect(steps).toEqual([expect.stringMatching(/ 10 seconds .+: connect ECONNREFUSED/)])
  })

  it('the login waits while the connection is closed, as by Docker', async () => {
    let calls = 0
    const keycloak = createTcpServer((socket) => {
      if (calls++ < 2) socket.destroy()
      else socket.once('data', () => socket.end(`HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n${TOKEN}`))
    })
    onTestFinished(() => void keycloak.close())
    const url = await deadUrl()
    keycloak.listen(Number(new URL(url).port), '127.0.0.1')
    await wait(url).admin
    expect(calls).toBe(3)
  })

  it('the login waits while Keycloak or a proxy answers 502, 503 or 504', async () => {
    const codes = [502, 502, 502, 502, 503, 503, 504]
    const { url, asked } = await starting(...codes)
    const { steps, admin } = wait(url)
    await admin
    expect(asked()).toBe(codes.length + 1)
    expect(steps).toEqual([expect.stringMatching(`${url}, 10 seconds .* 50[234]$`)])
  })

  it('is not spoken of when it answers at once', async () => {
    const { url, asked } = await starting()
    const { steps, admin } = wait(url)
    await admin
    expect([asked(), steps]).toEqual([1, []])
  })
})

describe('when the time is up', () => {
  it('the error names the URL, the time and the flag for more time', async () => {
    const url = await deadUrl()
    expect(await refusal(() => wait(url, { timeoutMs: 600 }).admin)).toMatchObject({
      code: 'KEYCLOAK_UNREACHABLE',
      message: `Keycloak at ${url} did not answer for 1 second.`,
      why: expect.stringMatching(/^Nothing listens there: connect ECONNREFUSED/),
      fix: expect.stringContaining('--timeout 300'),
    })
  })

  it('it is said what was answered', async () => {
    const { url } = await starting(...Array<number>(100).fill(503))
    expect(await refusal(() => wait(url, { timeoutMs: 1 }).admin)).toMatchObject({
      code: 'KEYCLOAK_NOT_READY',
      why: expect.stringMatching(/^It answered 503/),
    })
  })
})

describe('is not waited for:', () => {
  it.each([
    ['a refused login', 401, 'ADMIN_LOGIN_REFUSED', '"root"'],
    ['a page of something else', 404, 'ADMIN_LOGIN_REFUSED', 'no Keycloak'],
    ['a server that is broken', 500, 'KEYCLOAK_FAILED', 'failed'],
  ])('the login does not wait for %s', async (_, answer, code, what) => {
    const { url, asked } = await starting(answer, answer)
    const { steps, admin } = wait(url)
    const error = await refusal(() => admin)
    expect(error).toMatchObject({ code, message: expect.stringContaining(what) })
    expect([asked(), steps]).toEqual([1, []])
  })

  it('a name that nobody knows', async () => {
    const { steps, admin } = wait('http://keycloak.invalid:8080')
    expect(await refusal(() => admin)).toMatchObject({ code: 'KEYCLOAK_UNREACHABLE' })
    expect(steps).toEqual([])
  })

  it('anything, once the user has interrupted', async () => {
    const stop = new AbortController()
    const { steps, admin } = wait(await deadUrl(), { signal: stop.signal })
    await vi.waitUntil(() => steps.length > 0, 10_000)
    stop.abort()
    expect(await refusal(() => admin)).toMatchObject({ code: 'INTERRUPTED' })
  })
})
