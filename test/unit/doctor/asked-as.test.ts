import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'

import { expect, it, onTestFinished, vi } from 'vitest'

import { askedAs } from '../../../src/doctor/checks/server/host-name.ts'
import { localServer } from '../support/local-server.ts'

it('asks under the other name', async () => {
  const url = await localServer((request, response) => response.end(request.headers.host))
  expect(await askedAs(url, 'keycloak:8080')).toEqual({ status: 200, body: 'keycloak:8080' })
})

it('asks for the certificate of the real name', async () => {
  const asked: string[] = []
  const server = createServer({
    SNICallback: (name, done) => {
      asked.push(name)
      done(new Error('no certificate is needed to see the name'))
    },
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  await expect(askedAs(`https://localhost:${port}/`, 'keycloak:8080')).rejects.toThrow()
  expect(asked).toEqual(['localhost'])
  await expect(askedAs(`https://127.0.0.1:${port}/`, 'keycloak:8080')).rejects.toThrow()
  expect(asked).toEqual(['localhost']) // an address has no name
})

it('reads 1 MB at the most', async () => {
  const url = await localServer((_, response) => {
    const more = () => {
      while (!response.destroyed && response.write('x'.repeat(100_000))) {}
    }
    response.on('drain', more)
    more()
  })
  await expect(askedAs(url, 'keycloak:8080')).rejects.toMatchObject({
    code: 'KEYCLOAK_UNREACHABLE',
    why: expect.stringContaining('1 MB'),
  })
})

it('waits 10 seconds for the whole answer, also while it drips', async () => {
  const dripping = Promise.withResolvers<void>()
  const url = await localServer((_, response) => {
    const timer = setInterval(() => response.write(' ', () => dripping.resolve()), 20)
    response.on('close', () => clearInterval(timer))
  })
  const limit = new AbortController()
  const timeout = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(limit.signal)
  onTestFinished(() => timeout.mockRestore())
  const answer = askedAs(url, 'keycloak:8080')
  await dripping.promise
  expect(timeout).toHaveBeenCalledWith(10_000)
  limit.abort()
  await expect(answer).rejects.toMatchObject({ why: 'no answer within 10 s' })
})

it('ends when the server switches to another protocol', async () => {
  const url = await localServer((request) => {
    request.socket.end('HTTP/1.1 101 X\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n')
  })
  await expect(askedAs(url, 'keycloak:8080')).rejects.toMatchObject({ code: 'KEYCLOAK_UNREACHABLE' })
})
