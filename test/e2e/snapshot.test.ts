import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { discover } from '../../src/oauth/discover.ts'
import { logIn } from '../../src/oauth/log-in.ts'
import { type RegisteredClient, registerClient } from '../../src/oauth/register.ts'
import type { ClientsReport } from '../../src/operations/clients/clients.ts'
import type { DownReport } from '../../src/operations/down.ts'
import type { SnapshotReport, SnapshotsReport } from '../../src/operations/snapshot/snapshots.ts'
import type { StatusReport } from '../../src/operations/status.ts'
import type { UpReport } from '../../src/operations/up.ts'
import { PUBLIC_CLIENT, REDIRECT } from '../helpers/keycloak/public-client.ts'
import { cli, cliJson, start } from '../helpers/program/cli.ts'
import { type TestInstance, testInstance } from '../helpers/program/instance.ts'
import { hasCompose } from '../helpers/suite/machine.ts'
import { needs } from '../helpers/suite/needs.ts'

const alice = { username: 'alice', password: 'secret' }

let instance: TestInstance
let issuer: string
let client: RegisteredClient

const up = () => cliJson<UpReport>(['up', '--no-proof'], instance.env)
const snapshot = (...words: readonly string[]) =>
  cliJson<SnapshotReport>(['snapshot', ...words], instance.env)
const login = async () =>
  logIn(await discover(issuer), { client, redirectUri: REDIRECT, user: alice, scope: 'openid' })
const clientIds = async () =>
  (await cliJson<ClientsReport>(['clients', 'list'], instance.env)).clients.map((one) => one.clientId)

/** Starts an instance with a user and a registered client. */
async function prepare(runtime: 'java' | 'compose'): Promise<void> {
  instance = await testInstance(runtime)
  const report = await cliJson<UpReport>(['up', '--user', 'alice:secret', '--no-proof'], instance.env)
  issuer = report.endpoints.issuer
  client = await registerClient(await discover(issuer), { ...PUBLIC_CLIENT, scope: 'openid' })
}

describe('a snapshot of a running server', () => {
  beforeAll(() => prepare('java'))
  afterAll(() => instance[Symbol.asyncDispose]())

  it('is saved while the server is stopped for a moment', async () => {
    const saved = await snapshot('save', 'good')
    expect(saved).toMatchObject({ restarted: true, warnings: [], snapshot: { realms: ['fastmcp'] } })
    expect((await login()).access_token).toContain('.')
  })

  it('is loaded over a realm that lost its clients, its key and a user', async () => {
    await cli(['reset-realm', '--hard', '--user', 'bob:secret'], { env: instance.env })
    expect(await clientIds()).toEqual([])
    const loaded = await snapshot('load', 'good', '--yes')
    expect(loaded).toMatchObject({ restarted: true, warnings: [], snapshot: { name: 'good' } })
    expect(await clientIds()).toEqual([client.client_id])
    expect((await login()).access_token).toContain('.')
    const status = await cliJson<StatusReport>(['status'], instance.env)
    expect(status.realms).toMatchObject([{ drift: false, users: [{}, {}, alice] }])
    expect((await cli(['realm', 'diff'], { env: instance.env })).exitCode).toBe(0)
  })

  it('has files that only their owner can read, and leaves no others', async () => {
    const folder = join(instance.folder, 'snapshots')
    const names = await readdir(folder, { recursive: true })
    for (const name of names) expect((await stat(join(folder, name))).mode & 0o077, name).toBe(0)
    expect(await readdir(folder)).toHaveLength(2)
  })

  it('a kill during snapshot load leaves the old or the new database', async () => {
    await cli(['reset-realm', '--hard'], { env: instance.env })
    const loading = start(['snapshot', 'load', 'good', '--yes'], { env: instance.env })
    await new Promise<void>((resolve) =>
      loading.stderr.on('data', (text) => String(text).includes('Loading the snapshot') && resolve()),
    )
    loading.kill('SIGKILL')
    await loading
    const { realm, warnings } = await up()
    expect(realm).toBe('unchanged')
    const isUndone = warnings.some((warning) => warning.includes('A load of a snapshot was interrupted'))
    const either = isUndone ? [[]] : [[], [client.client_id]]
    expect(either).toContainEqual(await clientIds())
  })

  it('is removed by down --purge, which names it and ends a watch', async () => {
    const watching = start(['up', '--watch', '--no-proof'], { env: instance.env })
    await new Promise<void>((resolve) =>
      watching.stderr.on('data', (text) => String(text).includes('Watching ') && resolve()),
    )
    const purged = await cliJson<DownReport>(['down', '--purge', '--yes'], instance.env)
    expect(purged).toMatchObject({ purged: true, snapshots: ['good'] })
    const { exitCode, stderr } = await watching
    expect([exitCode, stderr]).toEqual([3, expect.stringContaining('[NOT_RUNNING]')])
  })
})

describe('a snapshot of a stopped server in Docker', needs(hasCompose, 'Docker Compose'), () => {
  beforeAll(() => prepare('compose'))
  afterAll(() => instance[Symbol.asyncDispose]())

  it('is saved and loaded without a start', async () => {
    await cliJson(['down'], instance.env)
    expect(await snapshot('save', 'good')).toMatchObject({ restarted: false, warnings: [] })
    const { snapshots } = await cliJson<SnapshotsReport>(['snapshot', 'list'], instance.env)
    expect(snapshots).toMatchObject([{ name: 'good', realms: ['fastmcp'] }])
    expect(await snapshot('load', 'good', '--yes')).toMatchObject({ restarted: false, warnings: [] })
    expect((await up()).realm).toBe('unchanged')
    expect(await clientIds()).toEqual([client.client_id])
    expect((await login()).access_token).toContain('.')
  })
})
