import { describe, expect, it } from 'vitest'

import { PINNED_VERSION } from '../../../../src/config/versions.ts'
import { containerServer, findComposeServer } from '../../../../src/runtime/compose/find-compose-server.ts'
import { preferredPrograms } from '../../support/fake-programs.ts'

/** The part of `docker inspect` that matters. */
const inspected = (running: boolean, image = 'quay.io/keycloak/keycloak:26.6.4') =>
  JSON.stringify([
    {
      State: { Running: running, StartedAt: '2026-11-28T08:00:00.123456789Z' },
      Config: { Image: image, Cmd: ['start-dev', '--features=cimd,resource-indicators'] },
      HostConfig: {
        PortBindings: {
          '8080/tcp': [{ HostIp: '127.0.0.1', HostPort: '8181' }],
          '9000/tcp': [{ HostIp: '127.0.0.1', HostPort: '9191' }],
        },
      },
    },
  ])

describe('a container without a state', () => {
  it('gives its version, ports and features', () => {
    expect(containerServer(inspected(true))).toEqual({
      running: true,
      version: '26.6.4',
      features: ['cimd', 'resource-indicators'],
      port: 8181,
      managementPort: 9191,
      startedAt: '2026-11-28T08:00:00.123456789Z',
    })
    expect(containerServer(inspected(false))).not.toHaveProperty('startedAt')
  })

  it.each(['', '[]', '[{}]', inspected(true, 'somebody/else:latest')])(
    'is not understood from %j',
    (text) => {
      expect(containerServer(text)).toBeUndefined()
    },
  )

  it('also counts as a server when it is not understood', async () => {
    await preferredPrograms({ docker: 'echo "[]"' })
    expect(await findComposeServer('c0ffee', [])).toMatchObject({ running: true, version: PINNED_VERSION })
  })
})

describe('volumes without a container', () => {
  it('give the newest version', async () => {
    const volumes = ['x_quarkus-26.6.4', 'x_quarkus-26.7.5', 'x_data']
    expect(await findComposeServer(undefined, volumes)).toMatchObject({ running: false, version: '26.7.5' })
    expect(await findComposeServer(undefined, [])).toBeUndefined()
  })
})
