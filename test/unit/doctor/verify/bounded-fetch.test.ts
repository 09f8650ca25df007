import { describe, expect, it } from 'vitest'

import { AnswerTooLong, boundedFetch, TimedOut } from '../../../../src/doctor/verify/bounded-fetch.ts'
import { deadUrl, localServer } from '../../support/local-server.ts'

const LIMITS = { timeoutMs: 5_000, maxBytes: 1_000 }

describe('a bounded fetch', () => {
  it('sends what fetch would, and gives every header back', async () => {
    const url = await localServer(async (request, response) => {
      let body = ''
      for await (const chunk of request) body += chunk
      response.setHeader('www-authenticate', ['Basic', 'Bearer'])
      response.end(JSON.stringify([request.method, request.headers['content-type'], body]))
    })
    const response = await boundedFetch(LIMITS)(url, {
      method: 'POST',
      body: new URLSearchParams({ a: '1' }),
    })
    expect(response.headers.get('www-authenticate')).toBe('Basic, Bearer')
    expect(await response.json()).toEqual(['POST', 'application/x-www-form-urlencoded;charset=UTF-8', 'a=1'])
  })

  it('follows no redirect', async () => {
    const url = await localServer((_, response) => response.writeHead(302, { location: '/b' }).end('moved'))
    const response = await boundedFetch(LIMITS)(url)
    expect([response.status, response.headers.get('location')]).toEqual([302, '/b'])
  })

  it('has answers without a body', async () => {
    const url = await localServer((_, response) => response.writeHead(204).end())
    expect((await boundedFetch(LIMITS)(url)).status).toBe(204)
  })

  it('cuts off an answer without an end, and stops reading', async () => {
    let closed: () => void = () => {}
    const stopped = new Promise<void>((resolve) => {
      closed = resolve
    })
    const url = await localServer((_, response) => {
      const more = () => {
        while (response.write('x'.repeat(10_000)));
      }
      response.on('drain', more).on('close', closed)
      more()
    })
    const response = await boundedFetch(LIMITS)(url)
    await expect(response.text()).rejects.toThrow(AnswerTooLong)
    await stopped
  })

  it('ends the connection when nobody wants the rest', async () => {
    const { promise: ended, resolve } = Promise.withResolvers<void>()
    const url = await localServer((_, response) => {
      response.on('close', resolve).write('begun')
    })
    await (await boundedFetch(LIMITS)(url)).body?.cancel()
    await ended
  })

  it('bears a connection that breaks while nobody reads', async () => {
    const { promise: broken, resolve } = Promise.withResolvers<void>()
    let hangUp = () => {}
    const url = await localServer((_, response) => {
      hangUp = () => response.destroy()
      response.on('close', resolve).write('begun')
    })
    const response = await boundedFetch(LIMITS)(url)
    hangUp()
    await broken
    await expect(response.text()).rejects.toThrow('aborted')
  })

  it.each([
    ['does not begin', () => {}],
    [
      'does not end',
      (_: unknown, response: import('node:http').ServerResponse) => void response.write('begun'),
    ],
  ])('gives up an answer that %s', async (_case, listener) => {
    const url = await localServer(listener)
    const asked = boundedFetch({ ...LIMITS, timeoutMs: 200 })(url).then((response) => response.text())
    await expect(asked).rejects.toThrow(TimedOut)
  })

  it('stops when it is told to', async () => {
    const url = await localServer(() => {})
    const signal = AbortSignal.abort()
    await expect(boundedFetch({ ...LIMITS, signal })(url)).rejects.toThrow('aborted')
    await expect(boundedFetch(LIMITS)(url, { signal })).rejects.toThrow('aborted')
  })

  it('says why there is no connection', async () => {
    await expect(boundedFetch(LIMITS)(await deadUrl())).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })
})
