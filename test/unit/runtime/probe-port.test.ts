import { createServer } from 'node:net'

import { describe, expect, it, onTestFinished } from 'vitest'

import { assertPortFree, freePort, nextFreePort, portHolder } from '../../../src/runtime/probe-port.ts'
import { preferredPrograms } from '../support/fake-programs.ts'
import { refusal } from '../support/refusal.ts'

const NO_CONTAINERS = { docker: 'exit 1' }

/** Listens on a port of an address; `false` when this machine has no such address. */
async function listening(host: string, port: number): Promise<boolean> {
  const server = createServer()
  onTestFinished(() => void server.close())
  return new Promise((resolve) => {
    server.once('error', () => resolve(false))
    server.listen(port, host, () => resolve(true))
  })
}

describe('a port', () => {
  it('that nobody listens on is free', async () => {
    await preferredPrograms(NO_CONTAINERS)
    await assertPortFree(await freePort(), 'port')
  })

  it.each(['127.0.0.1', '0.0.0.0', '::1', '::'])(
    'a port is in use when a program listens on %s',
    async (host) => {
      await preferredPrograms(NO_CONTAINERS)
      const port = await freePort()
      if (!(await listening(host, port))) return expect(host).toMatch(/^::/) // a machine without IPv6
      const error = await refusal(() => assertPortFree(port, 'managementPort'))
      expect(error).toMatchObject({
        code: 'PORT_IN_USE',
        message: expect.stringMatching(new RegExp(host === '::1' ? `${port} .*\\[::1\\]` : `${port}`)),
      })
      expect(error.why).toMatch(/ listens there/)
      const next = await nextFreePort(port)
      const [, offered] = /^mcp-keycloak up --management-port (\d+), or stop/.exec(error.fix) ?? []
      expect(Number(offered)).toBe(next)
      await assertPortFree(next, 'port')
    },
  )

  it('that is offered in place of another is the next one that is free', async () => {
    const port = await freePort()
    const taken = await nextFreePort(port)
    expect(taken).toBeGreaterThan(port)
    await listening('127.0.0.1', taken)
    const next = await nextFreePort(port)
    expect(next).toBeGreaterThan(taken)
    expect(next).toBeLessThan(port + 50)
  })

  it('is also offered after the last one', async () => {
    expect(await nextFreePort(65_535)).toBeLessThan(65_536)
  })

  it('is held by a process that can be named', async () => {
    await preferredPrograms(NO_CONTAINERS)
    const port = await freePort()
    await listening('127.0.0.1', port)
    const holder = await portHolder(port)
    // Which process it is can be seen only with ss, netstat or lsof on the PATH.
    if (holder) expect(holder).toMatch(new RegExp(`^the process .+ \\(pid ${process.pid}\\)$`))
  })

  it('is held by a container that can be named', async () => {
    await preferredPrograms({
      docker: 'test "$*" = "ps --filter publish=4711 --format {{.Names}}" && echo web && echo db',
    })
    expect(await portHolder(4711)).toBe('the container "web"')
  })

  it('is held by nobody when it is free', async () => {
    await preferredPrograms({ docker: 'exit 0' })
    expect(await portHolder(await freePort())).toBeUndefined()
  })
})
