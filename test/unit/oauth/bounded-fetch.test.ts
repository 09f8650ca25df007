import { describe, expect, it } from 'vitest'

import {
  AnswerTooLong,
  boundedFetch as bounded,
  type FetchLimits,
  TimedOut,
} from '../../../src/oauth/bounded-fetch.ts'
import { httpSend } from '../../../src/oauth/http-send.ts'
import { deadUrl, localServer } from '../support/local-server.ts'

const LIMITS = { timeoutMs: 5_000, maxBytes: 1_000 }

describe.each([
  ['Node', undefined],
  ['node:http', httpSend()],
])('a bounded fetch by %s', (_sender, send) => {
  const boundedFetch = (limits: FetchLimits) => bounded(limits, send)

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

  it('the bounded fetch follows no redirect', async () => {
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

  it('the fetch closes the connection of an answer that is not read to its end', async () => {
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
    await expect(response.text()).rejects.toThrow(/aborted|terminated/)
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

  it('the fetch stops at its signal', async () => {
    const url = await localServer(() => {})
    const signal = AbortSignal.abort()
    await expect(boundedFetch({ ...LIMITS, signal })(url)).rejects.toThrow('aborted')
    await expect(boundedFetch(LIMITS)(url, { signal })).rejects.toThrow('aborted')
  })

  it('gives up a switch to another protocol', async () => {
    const url = await localServer((request) => {
      request.socket.end('HTTP/1.1 101 X\\r\\nconnection: upgrade\\r\\nupgrade: x\\r\\n\\r\\n')
    })
    await expect(boundedFetch({ ...LIMITS, timeoutMs: 2_000 })(url)).rejects.toThrow()
  })

  it('says why there is no connection', async () => {
    await expect(boundedFetch(LIMITS)(await deadUrl())).rejects.toSatisfy(({ code, cause }) =>
      [code, cause?.code].includes('ECONNREFUSED'),
    )
  })
})

describe('the gate', () => {
  it.each([
    'http://127.0.0.1:PORT/',
    'http://127.1:PORT/',
    'http://2130706433:PORT/',
    'http://0x7f.0.0.1:PORT/',
    'http://017700000001:PORT/',
    'http://0.0.0.0:PORT/',
    'http://127.0.0.2:PORT/',
    'http://localhost.:PORT/',
    'http://LOCALHOST.:PORT/',
    'http://a.localhost:PORT/',
    'http://[::1]:PORT/',
    'http://[::ffff:127.0.0.1]:PORT/',
    'http://[::ffff:7f00:1]:PORT/',
    'http://[0:0:0:0:0:0:0:1]:PORT/',
    'http://[::]:PORT/',
    'http://169.254.169.254/latest/meta-data/',
    'http://[fd00:ec2::254]/',
    'http://10.0.0.1/',
    'http://localhost.evil.test/',
    'http://xn--lclhost-6xc.test/',
    'https://localhost:NAMED/',
    'http://user:secret@localhost:NAMED/',
    'http://localhost:NAMED@127.0.0.1:PORT/',
    'http://localhost:NAMED\\@127.0.0.1:PORT/x',
    'file:///etc/passwd',
    'data:text/html,x',
    'javascript:alert(1)',
    'blob:http://localhost:NAMED/1',
    'ftp://localhost:NAMED/',
    'not a url',
  ])('opens no connection to %s when the user named localhost', async (spelling) => {
    let connections = 0
    const url = await localServer((_, response) => {
      connections += 1
      response.end()
    })
    const named = await localServer((_, response) => response.end())
    const port = (text: string) => new URL(text).port
    const gated = bounded({ ...LIMITS, named: [`http://localhost:${port(named)}/mcp`] }, httpSend())
    const target = spelling.replace('PORT', port(url)).replace('NAMED', port(named))
    const sent = gated(target).then(
      ({ status }) => status,
      (error) => error.code,
    )
    // A backslash ends the host in a URL: that spelling is a path on the named server.
    expect([await sent, connections]).toEqual([spelling.includes('\\') ? 200 : 'DISCOVERY_FAILED', 0])
  })

  it('says what, why and a fix', async () => {
    const gated = bounded({ ...LIMITS, named: ['http://localhost:8000/mcp'] })
    await expect(gated('http://127.0.0.1:22/')).rejects.toMatchInlineSnapshot(`
      ✘ A server points to "http://127.0.0.1:22/". No request was sent there.  [DISCOVERY_FAILED]
        Why  Requests go only to http://localhost:8000, which you named.
        Fix  Correct that URL in the metadata, redirect or form of the server that names it.
    `)
  })
})
