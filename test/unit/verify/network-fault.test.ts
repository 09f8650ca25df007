import { once } from 'node:events'
import { createServer } from 'node:http2'
import type { AddressInfo } from 'node:net'

import { describe, expect, it, onTestFinished } from 'vitest'
import { AnswerTooLong, TimedOut } from '../../../src/oauth/bounded-fetch.ts'
import { httpSend } from '../../../src/oauth/http-send.ts'
import { networkFault } from '../../../src/verify/network-fault.ts'

const withCode = (code: string, message = 'oh') => Object.assign(new Error(message), { code })

describe('why a server could not be asked', () => {
  it.each([
    ['http://a.test/mcp', withCode('ECONNREFUSED')],
    ['http://a.test/mcp', new AggregateError([withCode('ECONNREFUSED'), withCode('ECONNREFUSED')])],
    ['http://a.test/mcp', new Error('fetch failed', { cause: withCode('ENOTFOUND') })],
    ['http://a.test/mcp', new TimedOut('no answer within 10 s')],
    ['http://a.test/mcp', new AnswerTooLong('more than 1 MB')],
    ['https://a.test/mcp', withCode('DEPTH_ZERO_SELF_SIGNED_CERT')],
    ['https://a.test/mcp', withCode('CERT_HAS_EXPIRED')],
    ['https://a.test/mcp', withCode('ERR_SSL_WRONG_VERSION_NUMBER')],
    ['http://a.test/mcp', withCode('HPE_INVALID_CONSTANT', 'Parse Error')],
  ])('a fault at %s has a sentence: %s', (url, error) => {
    const { what } = networkFault(new URL(url), error).finding
    expect(what).toContain('a.test')
    expect(what).toMatchSnapshot()
  })

  it('offers to accept a certificate that is not trusted, and nothing else', () => {
    const fix = (code: string) => networkFault(new URL('https://a.test/mcp'), withCode(code)).finding.fix
    expect(fix('SELF_SIGNED_CERT_IN_CHAIN')).toContain('--insecure')
    expect(fix('ERR_TLS_CERT_ALTNAME_INVALID')).toContain('--insecure')
    expect(fix('ECONNREFUSED')).not.toContain('--insecure')
  })
})

it('names a server that speaks HTTP/2 only', async () => {
  const server = createServer()
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => void server.close())
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`)
  const answer = httpSend()(new Request(url), AbortSignal.timeout(5_000))
  const error = await answer.catch((reason: unknown) => reason)
  expect(networkFault(url, error).finding.what).toBe(`${url.origin} speaks HTTP/2 only.`)
})
