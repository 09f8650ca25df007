import { describe, expect, it } from 'vitest'

import { configSchema } from '../../../src/config/schema.ts'
import type { Finding } from '../../../src/doctor/check.ts'
import { compose } from '../../../src/doctor/checks/machine/compose.ts'
import { judgeDisk } from '../../../src/doctor/checks/machine/disk.ts'
import { docker } from '../../../src/doctor/checks/machine/docker.ts'
import { java } from '../../../src/doctor/checks/machine/java.ts'
import { judgeLeftovers } from '../../../src/doctor/checks/machine/leftovers.ts'
import { judgeLocalhost } from '../../../src/doctor/checks/machine/localhost.ts'
import { judgePorts, portOf, ports } from '../../../src/doctor/checks/machine/ports.ts'
import { judgeProgram } from '../../../src/doctor/checks/machine/program.ts'
import { judgeProxy } from '../../../src/doctor/checks/machine/proxy.ts'
import type { Machine } from '../../../src/doctor/subjects.ts'
import { asHost } from '../../../src/operations/doctor/doctor-server.ts'
import type { InstanceState } from '../../../src/runtime/state/state.ts'
import { deadUrl, localServer } from '../support/local-server.ts'

const NO_DOCKER = { client: false, engine: undefined, compose: undefined }
const STOPPED = { client: true, engine: undefined, compose: ['docker', 'compose'], composeVersion: '2.40.0' }
const ENGINE = { client: true, engine: '29.0.1', compose: ['docker', 'compose'], composeVersion: '2.40.0' }
const V1 = { client: true, engine: '20.10.0', compose: ['docker-compose'], composeVersion: '1.29.2' }
const JDK = { home: '/jdk', major: 25, version: '25.0.1' }
const OLD_JDK = { home: '/old', major: 17, version: '17.0.9' }

const machine = (given: Partial<Machine>): Machine => ({
  config: configSchema.parse({}),
  state: undefined,
  running: false,
  docker: NO_DOCKER,
  jdks: [],
  environment: {},
  ...given,
})
const on = (runtime: 'compose' | 'java') => ({ state: { runtime } as InstanceState })
const external = { config: configSchema.parse({ keycloakUrl: 'http://kc' }) }

describe('what Keycloak runs on', () => {
  const statuses = async (given: Partial<Machine>) =>
    Promise.all(
      [docker, compose, java].map(async (check) => (await check.run(machine(given), undefined)).status),
    )

  it.each<[string, Partial<Machine>, readonly Finding['status'][]]>([
    ['Docker alone', { docker: ENGINE }, ['ok', 'ok', 'skip']],
    ['a JDK alone', { jdks: [JDK] }, ['skip', 'skip', 'ok']],
    ['both', { docker: ENGINE, jdks: [JDK] }, ['ok', 'ok', 'ok']],
    ['neither', {}, ['warn', 'skip', 'fail']],
    ['an engine that does not answer, and no JDK', { docker: STOPPED }, ['warn', 'ok', 'fail']],
    [
      'an engine without Compose, and no JDK',
      { docker: { ...ENGINE, compose: undefined } },
      ['ok', 'fail', 'skip'],
    ],
    [
      'an engine without Compose, and a JDK',
      { docker: { ...ENGINE, compose: undefined }, jdks: [JDK] },
      ['ok', 'skip', 'ok'],
    ],
    ['the old Compose', { docker: V1 }, ['ok', 'warn', 'skip']],
    ['an old JDK alone', { jdks: [OLD_JDK] }, ['skip', 'skip', 'warn']],
    [
      'an instance in Docker without its engine',
      { ...on('compose'), docker: STOPPED, jdks: [JDK] },
      ['fail', 'ok', 'ok'],
    ],
    [
      'an instance in Docker without Compose',
      { ...on('compose'), docker: { ...ENGINE, compose: undefined } },
      ['ok', 'fail', 'skip'],
    ],
    ['an instance on a JDK that is gone', { ...on('java'), docker: ENGINE }, ['ok', 'ok', 'fail']],
    [
      'an instance on a JDK, the engine stopped',
      { ...on('java'), docker: STOPPED, jdks: [JDK] },
      ['skip', 'ok', 'ok'],
    ],
    ['nothing, for a Keycloak of somebody else', external, ['skip', 'skip', 'skip']],
  ])('%s', async (_, given, expected) => {
    expect(await statuses(given)).toEqual(expected)
  })

  it('is said with what to do', async () => {
    expect(
      await docker.run(machine({ ...on('compose'), docker: STOPPED }), undefined),
    ).toMatchInlineSnapshot(`
      {
        "fix": "Start Docker Desktop or "systemctl start docker".",
        "status": "fail",
        "what": "no engine answers",
        "why": "This instance's data are in Docker. Docker says: nothing",
      }
    `)
    expect(await java.run(machine({ docker: ENGINE }), undefined)).toMatchInlineSnapshot(`
      {
        "fix": null,
        "status": "skip",
        "what": "no Java 17 or later",
        "why": "Not needed: Keycloak runs in Docker.",
      }
    `)
  })
})

describe('ports', () => {
  const config = (given: object) => ({ config: configSchema.parse(given) })
  const last = { port: 8090, managementPort: 9090 } as InstanceState

  it.each<[string, Partial<Machine>, number | undefined]>([
    ['8080 for the default instance', {}, 8080],
    ['any for a new one with a name', config({ instance: 'other' }), undefined],
    ['the one of last time', { ...config({ instance: 'other' }), state: last }, 8090],
    ['the one that was asked for', { ...config({ port: 8070 }), state: last }, 8070],
    ['that of the server that runs', { ...config({ port: 8070 }), state: last, running: true }, 8090],
  ])('are looked at as `up` takes them: %s', (_, given, port) => {
    expect(portOf(machine(given))).toBe(port)
  })

  it('a previous management port may change', async () => {
    const port = Number(new URL(await localServer(() => {})).port)
    const state = { ...last, port: Number(new URL(await deadUrl()).port), managementPort: port }
    expect(await ports.run(machine({ state }), undefined)).toMatchObject({ status: 'ok' })
    const asked = { ...config({ managementPort: port }), state }
    expect(await ports.run(machine(asked), undefined)).toMatchObject({
      status: 'fail',
      what: `${port} taken`,
    })
  })

  it('ports are not checked when any port will do', () => {
    expect(judgePorts([])).toMatchObject({ status: 'ok' })
  })

  it('free ports are named', () => {
    expect(judgePorts([{ port: 8080, key: 'port', holder: undefined }])).toMatchObject({
      status: 'ok',
      what: '8080 is free',
    })
  })

  it('are taken, by whom is said', () => {
    const taken = { port: 9000, key: 'managementPort', holder: 'the container "web"' } as const
    expect(judgePorts([{ port: 8080, key: 'port', holder: undefined }, taken], 9002)).toMatchInlineSnapshot(`
      {
        "fix": "mcp-keycloak up --management-port 9002, or stop what listens there.",
        "status": "fail",
        "what": "9000 taken",
        "why": "the container "web" listens on 9000.",
      }
    `)
    const keycloak = { ...taken, holder: 'the container "mcp-keycloak-shop-c0ffee-keycloak-1"' }
    expect(judgePorts([keycloak]).fix).toBe('mcp-keycloak up --management-port 9001.') // another data folder may own it
  })
})

it('doctor checks no ports, disk and leftovers for an external Keycloak', () => {
  expect(asHost(machine(external))).toMatchObject({ missing: expect.any(String), fix: null })
  expect(asHost(machine({}))).not.toHaveProperty('missing')
})

it.each<[number, boolean, Finding['status']]>([
  [100_000_000, true, 'fail'],
  [300_000_000, false, 'warn'],
  [300_000_000, true, 'ok'],
  [800_000_000, false, 'ok'],
])('%i free bytes, installed: %s: %s', (freeBytes, installed, status) => {
  expect(judgeDisk(freeBytes, '/data', installed).status).toBe(status)
})

describe('a proxy', () => {
  it.each<[string, Record<string, string>, Finding['status']]>([
    ['none', {}, 'ok'],
    ['one for https alone', { HTTPS_PROXY: 'http://proxy:3128' }, 'ok'],
    [
      'one that leaves this machine out',
      { http_proxy: 'http://proxy', no_proxy: 'localhost, 127.0.0.1,.corp' },
      'ok',
    ],
    ['one that leaves everything out', { HTTP_PROXY: 'http://proxy', NO_PROXY: '*' }, 'ok'],
    ['one that catches localhost', { HTTP_PROXY: 'http://proxy' }, 'warn'],
    ['one that catches the address', { ALL_PROXY: 'socks5://proxy', NO_PROXY: 'localhost' }, 'warn'],
  ])('%s', (_, environment, status) => {
    expect(judgeProxy(environment).status).toBe(status)
  })

  it('the fix for a proxy keeps the present NO_PROXY', () => {
    expect(
      judgeProxy({ HTTP_PROXY: 'http://me:secret@proxy', NO_PROXY: '.corp,localhost' }),
    ).toMatchInlineSnapshot(`
      {
        "fix": "export NO_PROXY=.corp,localhost,127.0.0.1",
        "status": "warn",
        "what": "HTTP_PROXY catches 127.0.0.1",
        "why": "Python programs, curl and others would ask the proxy for Keycloak and for the MCP server, which it cannot reach.",
      }
    `)
  })
})

it.each<[string, readonly string[], boolean, Finding['status']]>([
  ['IPv4 alone', ['127.0.0.1'], false, 'ok'],
  ['IPv6 first, nobody there', ['::1', '127.0.0.1'], false, 'ok'],
  ['IPv6 first, and somebody else there', ['::1', '127.0.0.1'], true, 'fail'],
  ['IPv4 alone, and another program on IPv6', ['127.0.0.1'], true, 'warn'],
  ['IPv6 alone', ['::1'], false, 'fail'],
  ['not known', [], false, 'fail'],
])('localhost is %s', (_, addresses, strangerOnIpv6, status) => {
  expect(judgeLocalhost({ addresses, port: 8080, strangerOnIpv6 }).status).toBe(status)
})

describe('containers and volumes in Docker', () => {
  const left = {
    project: 'mcp-keycloak-shop-c0ffee',
    instance: 'shop',
    owner: 'c0ffee123456',
    dataFolder: '/home/eve/data',
    running: false,
    containers: ['shop-1'],
    volumes: ['shop_data'],
  }

  it('of an instance whose state is lost are named, with what to do', () => {
    expect(judgeLeftovers(left, [])).toMatchObject({
      status: 'warn',
      what: 'Docker has shop-1, shop_data',
      fix: 'mcp-keycloak up uses them again; mcp-keycloak down --purge removes them.',
    })
    expect(judgeLeftovers(undefined, [])).toMatchObject({ status: 'ok', what: 'none in Docker' })
  })

  it('containers of other data folders are not a fault', () => {
    const unlabelled = { ...left, project: 'mcp-keycloak-old', owner: null, dataFolder: null }
    const { status, what, fix } = judgeLeftovers(undefined, [left, unlabelled])
    expect({ status, fix }).toEqual({ status: 'ok', fix: null })
    expect(what).toContain('mcp-keycloak-shop-c0ffee (owner c0ffee, data folder /home/eve/data)')
    expect(what).toContain('mcp-keycloak-old (without an owner)')
  })
})

it.each([
  ['nothing', undefined, 'ok', ''],
  ['ours', { path: '/bin/mcp-keycloak', packageName: 'mcp-keycloak' }, 'ok', '/bin/mcp-keycloak'],
  [
    'that of another package',
    { path: '/bin/mcp-keycloak', packageName: '@other/mcp-keycloak' },
    'warn',
    'another program',
  ],
  ['that of no package', { path: '/bin/mcp-keycloak', packageName: undefined }, 'warn', 'another program'],
])('the program on the PATH is %s', (_, found, status, said) => {
  const finding = judgeProgram(found)
  expect(finding.status).toBe(status)
  expect(finding.what).toContain(said)
})
