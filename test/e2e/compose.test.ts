import { readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { EXIT_CODES } from '../../src/errors.ts'
import { discover } from '../../src/oauth/discover.ts'
import { logIn } from '../../src/oauth/log-in.ts'
import { deleteClient, registerClient } from '../../src/oauth/register.ts'
import type { ClientsReport } from '../../src/operations/clients/clients.ts'
import { doctorReportSchema } from '../../src/operations/doctor/doctor.ts'
import type { UpReport } from '../../src/operations/up.ts'
import { PUBLIC_CLIENT, REDIRECT } from '../helpers/keycloak/public-client.ts'
import { cli, cliJson, start } from '../helpers/program/cli.ts'
import { composeProject } from '../helpers/program/compose-project.ts'
import { type TestInstance, testInstance } from '../helpers/program/instance.ts'
import { expectHidden, expectOneFile, OF_THE_USER } from '../helpers/program/secrets.ts'
import { type Sightings, watchMachine } from '../helpers/program/watch-machine.ts'
import { hasCompose } from '../helpers/suite/machine.ts'
import { needs } from '../helpers/suite/needs.ts'

const metadata = { ...PUBLIC_CLIENT, scope: 'openid' }

// Where no engine answers, test/helpers/suite/report-runtimes.ts says so.
describe('the compose runtime', needs(hasCompose, 'Docker Compose'), () => {
  let instance: TestInstance
  let first: UpReport
  let seen: Sightings
  let project: string

  const watchedUp = (...args: readonly string[]) =>
    watchMachine(instance.env.MCP_KEYCLOAK_DATA_FOLDER ?? '', () =>
      cliJson<UpReport>(['up', '--show-secrets', ...args], { ...instance.env, ...OF_THE_USER }),
    )

  beforeAll(async () => {
    instance = await testInstance('auto')
    const watched = await watchedUp()
    first = watched.result
    seen = watched.seen
    project = await composeProject(instance)
  })
  afterAll(() => instance[Symbol.asyncDispose]())

  it('is chosen because an engine answers, and serves the same realm', () => {
    expect(first).toMatchObject({
      runtime: 'compose',
      realm: 'created',
      proof: { username: 'testuser' },
      warnings: [],
    })
    expect(first.runtimeReason).toContain('Docker engine')
    expect(first.endpoints.issuer).toBe(`http://localhost:${instance.port}/realms/fastmcp`)
  })

  it('is reached from this machine alone', async () => {
    const { stdout } = await execa('docker', ['ps', '--filter', `name=${project}`, '--format', '{{.Ports}}'])
    expect(stdout).toContain(`127.0.0.1:${instance.port}->8080`)
    expect(stdout).not.toMatch(/0\.0\.0\.0|\[::\]|:::/)
  })

  it('the container is healthy, without a secret in its command or a fixed name', async () => {
    const { stdout } = await execa('docker', [
      'ps',
      '--no-trunc',
      '--filter',
      `name=${project}`,
      '--format',
      '{{.Names}} {{.Status}} {{.Command}}',
    ])
    expect(stdout).toContain(`${project}-keycloak-1`)
    expect(stdout).not.toContain(first.admin?.password)
    await expect
      .poll(
        async () =>
          (await execa('docker', ['ps', '--filter', `name=${project}`, '--format', '{{.Status}}'])).stdout,
        { timeout: 30_000 },
      )
      .toContain('(healthy)')
  })

  it('registers a client from outside the container and logs a user in', async () => {
    const server = await discover(first.endpoints.issuer)
    const client = await registerClient(server, metadata)
    const user = { username: 'testadmin', password: 'password123' }
    const { access_token } = await logIn(server, { client, redirectUri: REDIRECT, user, scope: 'openid' })
    expect(access_token.split('.')).toHaveLength(3)
    await deleteClient(client)
  })

  it('is the same issuer for another container on its network', async () => {
    const request = `exec 3<>/dev/tcp/keycloak/8080; printf 'GET /realms/fastmcp/.well-known/openid-configuration HTTP/1.0\\r\\nHost: keycloak:8080\\r\\n\\r\\n' >&3; cat <&3`
    const image = 'quay.io/keycloak/keycloak:26.7.5'
    const args = [
      'run',
      '--rm',
      '--network',
      `${project}_default`,
      '--entrypoint',
      'bash',
      image,
      '-c',
      request,
    ]
    const { stdout } = await execa('docker', args)
    expect(stdout).toContain(`"issuer":"${first.endpoints.issuer}"`)
    expect(stdout).toContain('"token_endpoint":"http://keycloak:8080/')
  })

  it('is all right by doctor, which asks inside the container', async () => {
    const { checks } = doctorReportSchema.parse(await cliJson(['doctor', '--client', 'codex'], instance.env))
    expect(checks.filter(({ group, status }) => group !== 'machine' && status !== 'ok')).toEqual([])
    expect(checks.find(({ name }) => name === 'host-name')?.what).toContain('inside the container')
  })

  it('is found by doctor when its state is lost', async () => {
    const state = join(instance.folder, 'state.json')
    await rename(state, `${state}.aside`)
    const { exitCode, stdout } = await cli(['doctor', '--json'], { env: instance.env })
    await rename(`${state}.aside`, state)
    expect(exitCode, stdout).toBe(EXIT_CODES.done)
    const { checks } = doctorReportSchema.parse(JSON.parse(stdout))
    expect(checks.find(({ name }) => name === 'ports')?.what).toContain(`${instance.port} and `)
    expect(checks.find(({ name }) => name === 'administrator')?.status).toBe('ok')
  })

  it('shows the log of the container', async () => {
    expect((await cli(['logs'], { env: instance.env })).stdout).toContain('Listening on: http://0.0.0.0:8080')
    const { stdout } = await cli(['logs', '--since', '1h', '--level', 'error'], { env: instance.env })
    expect(stdout).not.toContain(' INFO ')
  })

  it('secrets stand in one file only, in no argument, variable or log', async () => {
    expectHidden(first, seen)
    expect([...seen.containers].join()).toContain('KC_HOSTNAME')
    await expectOneFile(first, instance)
    const container = `${project}-keycloak-1`
    const logs = await execa('docker', ['logs', container], { all: true })
    expect(logs.all).not.toContain(first.admin?.password)
    const config = await execa('docker', ['exec', container, 'cat', '/opt/keycloak/conf/keycloak.conf'])
    expect(config.stdout).toBe('')
  })

  it('names the container that holds a port', async () => {
    const env = { ...instance.env, MCP_KEYCLOAK_INSTANCE: `${instance.name}-2` }
    const { exitCode, stderr } = await cli(['up'], { env })
    expect(exitCode).toBe(3)
    expect(stderr).toContain(`The container "${project}-keycloak-1" listens there`)
  })

  it('down and up keep data and log; logs --follow continues in the next container', async () => {
    expect((await cli(['down'], { env: instance.env })).stdout).toContain('Keycloak is stopped')
    expect((await execa('docker', ['ps', '--all', '--quiet', '--filter', `name=${project}`])).stdout).toBe('')
    expect(await cli(['status'], { env: instance.env })).toMatchObject({ exitCode: 3 })
    const { stdout } = await cli(['logs'], { env: instance.env })
    expect(stdout).toContain('Listening on: http://0.0.0.0:8080')
    expect(stdout).toMatch(/Keycloak stopped in/)
    const following = start(['logs', '--follow'], { env: instance.env })
    let followed = ''
    following.stdout.on('data', (text) => {
      followed += text
    })
    const again = await cliJson<UpReport>(['up', '--show-secrets', '--no-proof'], instance.env)
    expect(again).toMatchObject({
      runtime: 'compose',
      alreadyRunning: false,
      realm: 'unchanged',
      admin: first.admin,
    })
    await expect.poll(() => followed.match(/Listening on:/g), { timeout: 30_000 }).toHaveLength(2)
    following.kill('SIGINT')
    expect((await following).stdout.match(/Listening on:/g)).toHaveLength(2)
  })

  it('status reports a killed container, and up starts it with its data', async () => {
    const client = await registerClient(await discover(first.endpoints.issuer), metadata)
    await sleep(2000) // the database writes to the disk within a second
    await execa('docker', ['kill', `${project}-keycloak-1`])
    const { exitCode, stderr } = await cli(['status'], { env: instance.env })
    expect(exitCode).toBe(3)
    expect(stderr).toMatch(/\[NOT_RUNNING\]\n.* killed/)
    const { stdout } = await cli(['status', '--all'], { env: instance.env })
    expect(stdout).toMatch(new RegExp(`${instance.name} +died`))
    const again = await cliJson<UpReport>(['up'], instance.env)
    expect(again).toMatchObject({ alreadyRunning: false, realm: 'unchanged', warnings: [] })
    const { clients } = await cliJson<ClientsReport>(['clients', 'list'], instance.env)
    expect(clients.map(({ clientId }) => clientId)).toEqual([client.client_id])
  })

  it('does not show the secrets of a recovered administrator', async () => {
    await cliJson(['down'], instance.env)
    await rm(join(instance.folder, 'admin.json'))
    const { result, seen: sightings } = await watchedUp('--no-proof')
    expect(result.admin?.username).toMatch(/^admin-/)
    expectHidden(result, sightings, ['commands', 'containers'])
    expect(JSON.parse(await readFile(join(instance.folder, 'admin.json'), 'utf8'))).toEqual(result.admin)
  })

  it('leaves nothing behind after a purge', async () => {
    await cli(['down', '--purge', '--yes'], { env: instance.env })
    for (const kind of ['volume', 'network']) {
      const { stdout } = await execa('docker', [kind, 'ls', '--quiet', '--filter', `name=${project}`])
      expect(stdout, kind).toBe('')
    }
  })
})
