import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'

import { expect, it } from 'vitest'

import { boundedFetch } from '../../../src/oauth/bounded-fetch.ts'
import { httpSend } from '../../../src/oauth/http-send.ts'
import { localServer } from '../support/local-server.ts'

const CODINGS = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync, zstd: zstdCompressSync }

/** Requests a body that a server compresses. */
async function fetched(coding: keyof typeof CODINGS, body: Buffer): Promise<string> {
  const packed = CODINGS[coding](body)
  const url = await localServer((_, response) =>
    response.writeHead(200, { 'content-encoding': coding }).end(packed),
  )
  const fetch = boundedFetch({ timeoutMs: 20_000, maxBytes: 1_000_000 }, httpSend())
  return (await fetch(url)).text()
}

it.each(['gzip', 'deflate', 'br', 'zstd'] as const)('decompresses %s', async (coding) => {
  expect(await fetched(coding, Buffer.from('{"a":1}'))).toBe('{"a":1}')
})

it.each(['gzip', 'deflate', 'br', 'zstd'] as const)('cuts off a bomb of %s', async (coding) => {
  const before = process.memoryUsage().rss
  await expect(fetched(coding, Buffer.alloc(100_000_000))).rejects.toThrow('more than 1 MB')
  expect(process.memoryUsage().rss - before).toBeLessThan(400_000_000)
})
