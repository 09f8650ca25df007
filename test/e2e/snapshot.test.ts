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
import { cli, cliJson, start } from '../helpers/cli.ts'
import { type TestInstance, testInstance } from '../helpers/instance.ts'
import { hasCompose } from '../helpers/machine.ts'
import { needs } from '../helpers/needs.ts'
import { PUBLIC_CLIENT, REDIRECT } from '../helpers/public-client.ts'

const alice = { username: 'alice', password: 'secret' }

describe.each([
  ['java', true],
  ['compose', hasCompose],
] as const)('a snapshot on the %s runtime', (runtime, isThere) => {
  describe('of a realm with a client', needs(isThere, 'Docker Compose'), () => {
    let instance: TestInstance
    let issuer: string
    let client: RegisteredClient

    const login = async () =>
      logIn(await discover(issuer), { client, redirectUri: REDIRECT, user: alice, scope: 'openid' })
    const clientIds = async () =>
      (await cliJson<ClientsReport>(['clients', 'list'], instance.env)).clients.map((one) => one.clientId)

    beforeAll(async () => {
      instance = await testInstance(runtime)
      const up = ['up', '--user', 'alice:secret', '--no-proof']
      issuer = (await cliJson<UpReport>(up, instance.env)).endpoints.issuer
      client = await registerClient(await discover(issuer), { ...PUBLIC_CLIENT, scope: 'openid' })
    })
    afterAll(() => instance[Symbol.asyncDispose]())

    it('is saved while the server is stopped for a moment', async () => {
      const saved = await cliJson<SnapshotReport>(['snapshot', 'save', 'good'], instance.env)
      expect(saved).toMatchObject({ restarted: true, warnings: [], snapshot: { realms: ['fastmcp'] } })
      expect((await login()).access_token).toContain('.')
    })

    it('is loaded over a realm that lost its clients, keys and a user', async () => {
      await cli(['reset-realm', '--hard', '--user', 'bob:secret'], { env: instance.env })
      expect(await clientIds()).toEqual([])
      const loaded = await cliJson<SnapshotReport>(['snapshot', 'load', 'good', '--yes'], instance.env)
      expect(loaded).toMatchObject({ restarted: true, warnings: [], snapshot: { name: 'good' } })
      expect(await clientIds()).toEqual([client.client_id])
      expect((await login()).access_token).toContain('.')
      const status = await cliJson<StatusReport>(['status'], instance.env)
      expect(status.realms).toMatchObject([{ drift: false, users: [{}, {}, alice] }])
      const diff = await cli(['realm', 'diff'], { env: instance.env })
      expect([diff.exitCode, diff.stderr.includes('✘')]).toEqual([0, false])
    })

    it('keeps its files readable by their owner alone, and no remains', async () => {
      const folder = join(instance.folder, 'snapshots')
      const names = await readdir(folder, { recursive: true })
      for (const name of names) expect((await stat(join(folder, name))).mode & 0o077, name).toBe(0)
      expect(await readdir(folder)).toHaveLength(2)
    })

    if (runtime === 'java')
      it('leaves the old or the new database after a kill in the middle of a load', async () => {
        await cliJson(['reset-realm', '--hard'], instance.env)
        const loading = start(['snapshot', 'load', 'good', '--yes'], { env: instance.env })
        await new Promise<void>((resolve) =>
          loading.stderr.on('data', (text) => String(text).includes('Loading the snapshot') && resolve()),
        )
        loading.kill('SIGKILL')
        await loading
        const up = await cliJson<UpReport>(['up', '--no-proof'], instance.env)
        expect(up.realm).toBe('unchanged')
        const ids = await clientIds()
        const undone = up.warnings.some((warning) => warning.includes('A load of a snapshot was interrupted'))
        expect(undone ? [] : [[], [client.client_id]]).toEqual(undone ? ids : expect.arrayContaining([ids]))
      })

    it('is listed and removed by down --purge, which names it', async () => {
      const { snapshots } = await cliJson<SnapshotsReport>(['snapshot', 'list'], instance.env)
      expect(snapshots.map(({ name }) => name)).toEqual(['good'])
      const purged = await cliJson<DownReport>(['down', '--purge', '--yes'], instance.env)
      expect(purged).toMatchObject({ purged: true, snapshots: ['good'] })
    })
  })
})
