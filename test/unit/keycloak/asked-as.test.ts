import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'

import { expect, it, onTestFinished } from 'vitest'

import { askedAs } from '../../../src/keycloak/asked-as.ts'
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
