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
    ['http://a.test/mcp', withCode('ECONNREFUSED'), 'Nothing listens at http://a.test.'],
    [
      'http://a.test/mcp',
      new AggregateError([withCode('ECONNREFUSED'), withCode('ECONNREFUSED')]),
      'Nothing listens at http://a.test.',
    ],
    [
      'http://a.test/mcp',
      new Error('fetch failed', { cause: withCode('ENOTFOUND') }),
      'There is no host "a.test".',
    ],
    [
      'http://a.test/mcp',
      new TimedOut('no answer within 10 s'),
      'http://a.test/mcp hangs: no answer within 10 s.',
    ],
    [
      'http://a.test/mcp',
      new AnswerTooLong('more than 1 MB'),
      'The answer of http://a.test/mcp is more than 1 MB; the rest was not read.',
    ],
    [
      'https://a.test/mcp',
      withCode('DEPTH_ZERO_SELF_SIGNED_CERT'),
      'The certificate of https://a.test is self-signed, or of an authority that is not known here.',
    ],
    [
      'https://a.test/mcp',
      withCode('CERT_HAS_EXPIRED'),
      'The certificate of https://a.test is for another name, or not valid now.',
    ],
    ['https://a.test/mcp', withCode('ERR_SSL_WRONG_VERSION_NUMBER'), 'https://a.test does not speak TLS.'],
    [
      'http://a.test/mcp',
      withCode('HPE_INVALID_CONSTANT', 'Parse Error'),
      'http://a.test/mcp gave no answer that can be understood.',
    ],
  ])('%s: %s', (url, error, what) => {
    expect(networkFault(new URL(url), error).finding.what).toBe(what)
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
