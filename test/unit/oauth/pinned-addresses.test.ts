import type { lookup } from 'node:dns'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

import { describe, expect, it } from 'vitest'

import { httpSend } from '../../../src/oauth/http-send.ts'
import { pinnedAddresses } from '../../../src/oauth/pinned-addresses.ts'
import { localServer } from '../support/local-server.ts'

/** A name server whose answers differ: the first, the second, then the last one again and again. */
function names(...answers: readonly (readonly string[])[]) {
  const seen = { lookups: 0 }
  const resolve = ((_host: string, _options: object, callback: (...found: unknown[]) => void) => {
    const addresses = answers[Math.min(seen.lookups++, answers.length - 1)] ?? []
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    )
  }) as unknown as typeof lookup
  return { resolve, seen }
}

/** Looks a name up. */
function ask({ lookup: look }: ReturnType<typeof pinnedAddresses>, all = true): Promise<unknown> {
  return new Promise((done) =>
    look('evil.test', { all }, (_error, found) =>
      done(Array.isArray(found) ? found.map(({ address }) => address) : found),
    ),
  )
}

/** The addresses that a refused request tried. */
async function tried(request: Promise<unknown>): Promise<readonly unknown[]> {
  const error = await request.then(
    () => expect.fail('a response came'),
    (reason) => reason,
  )
  return (error.errors ?? [error]).map(({ address }: { address?: string }) => address)
}

describe('the addresses of a host', () => {
  it('a host keeps the addresses of its first lookup (DNS rebinding)', async () => {
    const { resolve, seen } = names(['203.0.113.7'], ['127.0.0.1'])
    const pinned = pinnedAddresses(resolve)
    expect([await ask(pinned, false), await ask(pinned, false), await ask(pinned)]).toEqual([
      '203.0.113.7',
      '203.0.113.7',
      ['203.0.113.7'],
    ])
    expect(seen.lookups).toBe(1)
  })

  it.each([
    [['203.0.113.7', '127.0.0.1'], ['203.0.113.7']],
    [
      ['203.0.113.7', '::1', '2001:db8::7', '10.0.0.1'],
      ['203.0.113.7', '2001:db8::7'],
    ],
    [['203.0.113.7', '0.0.0.0', '::', '::ffff:127.0.0.1', '::ffff:7f00:1', '127.9.9.9'], ['203.0.113.7']],
    [
      ['203.0.113.7', '169.254.169.254', 'fd00:ec2::254', 'fe80::1', '100.64.0.1', '172.31.0.1'],
      ['203.0.113.7'],
    ],
    [
      ['192.168.0.9', '127.0.0.1', '192.168.0.10'],
      ['192.168.0.9', '192.168.0.10'],
    ],
    [
      ['127.0.0.1', '203.0.113.7', '::1'],
      ['127.0.0.1', '::1'],
    ],
    [
      ['::1', '127.0.0.1'],
      ['::1', '127.0.0.1'],
    ],
    [
      ['203.0.113.7', '203.0.113.8'],
      ['203.0.113.7', '203.0.113.8'],
    ],
  ])('are all of the kind of the first one: %j', async (found, kept) => {
    expect(await ask(pinnedAddresses(names(found).resolve))).toEqual(kept)
  })

  it('a host keeps the address of its first connection', async () => {
    const pinned = pinnedAddresses(names(['203.0.113.7', '203.0.113.8']).resolve)
    await ask(pinned)
    pinned.reached('evil.test', '203.0.113.8')
    pinned.reached('evil.test', '203.0.113.7')
    pinned.reached('evil.test', undefined)
    expect(await ask(pinned)).toEqual(['203.0.113.8'])
  })
})

describe('a sender', () => {
  it('reaches a host at the pinned address', async () => {
    const url = new URL(await localServer((request, response) => response.end(request.headers.host)))
    url.hostname = 'mcp.test'
    const { resolve, seen } = names(['127.0.0.1'], ['203.0.113.7'])
    const pinned = httpSend(undefined, resolve)
    for (const path of ['/a', '/b']) {
      const response = await pinned(new Request(new URL(path, url)), AbortSignal.timeout(5_000))
      expect(await response.text()).toBe(url.host)
    }
    expect(seen.lookups).toBe(1)
  })

  it('tries no other address of a host when the one that it reached refuses', async () => {
    const server = createServer((_, response) => response.setHeader('connection', 'close').end())
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    url.hostname = 'evil.test'
    const pinned = httpSend(undefined, names(['127.0.0.1', '::1']).resolve)
    const ask = () => pinned(new Request(url), AbortSignal.timeout(5_000))
    await (await ask()).text()
    await new Promise((done) => server.close(done))
    expect(await tried(ask())).toEqual(['127.0.0.1'])
    const unpinned = httpSend(undefined, names(['127.0.0.1', '::1']).resolve)
    expect(await tried(unpinned(new Request(url), AbortSignal.timeout(5_000)))).toEqual(['127.0.0.1', '::1'])
  })
})
