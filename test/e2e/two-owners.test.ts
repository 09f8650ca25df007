import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { parse, stringify } from 'yaml'
import { IMAGE_REPOSITORY, PINNED_VERSION } from '../../src/config/versions.ts'
import { doctorReportSchema } from '../../src/operations/doctor/doctor.ts'
import type { DownReport } from '../../src/operations/down.ts'
import type { InstancesReport } from '../../src/operations/instances.ts'
import type { StatusReport } from '../../src/operations/status.ts'
import type { UpReport } from '../../src/operations/up.ts'
import { composeVariables } from '../../src/runtime/compose/compose-command.ts'
import { freePort } from '../../src/runtime/probe-port.ts'
import { cli, cliJson } from '../helpers/program/cli.ts'
import { composeProject } from '../helpers/program/compose-project.ts'
import { type TestInstance, testInstance } from '../helpers/program/instance.ts'
import { hasCompose } from '../helpers/suite/machine.ts'
import { needs } from '../helpers/suite/needs.ts'

const COMPOSE_FILE = fileURLToPath(new URL('../../compose/server.yaml', import.meta.url))
const ADMIN = { username: 'admin', password: 'of-an-earlier-version' }

const names = async (
  kind: 'volume' | 'network' | 'container',
  project: string,
  ...more: readonly string[]
): Promise<string> => {
  const filter = ['--filter', `label=com.docker.compose.project=${project}`]
  return (await execa('docker', [kind, 'ls', '--quiet', ...more, ...filter])).stdout
}

/** An instance's files as an earlier version wrote them. */
async function writeEarlierState(
  { folder, name, port }: TestInstance,
  managementPort: number,
): Promise<void> {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'admin.json'), JSON.stringify(ADMIN))
  const state = { schemaVersion: 1, instance: name, runtime: 'compose', version: PINNED_VERSION }
  await writeFile(
    join(folder, 'state.json'),
    JSON.stringify({ ...state, port, managementPort, features: [], startedAt: new Date().toISOString() }),
  )
}

/** Starts an instance like earlier versions: one project for every owner, without our labels. */
async function startEarlier(instance: TestInstance): Promise<string> {
  const managementPort = await freePort()
  await writeEarlierState(instance, managementPort)
  const file = parse(await readFile(COMPOSE_FILE, 'utf8'))
  for (const labelled of [
    file.services.keycloak,
    file.networks.default,
    file.volumes.data,
    file.volumes.quarkus,
  ])
    delete labelled.labels
  Object.assign(file.services.keycloak.environment, {
    KC_BOOTSTRAP_ADMIN_USERNAME: ADMIN.username,
    KC_BOOTSTRAP_ADMIN_PASSWORD: ADMIN.password,
  })
  const path = join(dirname(instance.folder), 'earlier.yaml')
  await writeFile(path, stringify(file))
  const { port, name } = instance
  const settings = { version: PINNED_VERSION, port, managementPort, features: [] }
  const project = `mcp-keycloak-${name}`
  const variables = composeVariables(settings, { instance: name, owner: '', dataFolder: '' })
  const where = ['--project-name', project, '--project-directory', dirname(COMPOSE_FILE), '--file', path]
  await execa('docker', ['compose', ...where, 'up', '--detach', '--wait'], {
    env: { ...variables, COMPOSE_PROJECT_NAME: project },
  })
  return project
}

/** A user's project folder and shell whose variables belong to another Keycloak. */
async function hostileProject() {
  const cwd = await mkdtemp(join(tmpdir(), 'mcp-keycloak-hostile-'))
  onTestFinished(() => rm(cwd, { recursive: true }))
  const variables = {
    COMPOSE_FILE: join(cwd, 'compose.yaml'),
    COMPOSE_PROJECT_NAME: 'hostile',
    COMPOSE_PROFILES: 'hostile',
    COMPOSE_ENV_FILES: join(cwd, '.env'),
    COMPOSE_REMOVE_ORPHANS: '1',
    KEYCLOAK_IMAGE: 'hostile/keycloak:1',
    KEYCLOAK_VERSION: 'hostile',
    KEYCLOAK_PORT: '1',
    KEYCLOAK_ARGUMENTS: 'hostile',
    KC_HOSTNAME: 'http://hostile.example',
    KC_DB: 'hostile',
    JAVA_OPTS: '-Dhostile=1',
  }
  const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}`)
  await writeFile(join(cwd, '.env'), lines.join('\n'))
  const services = stringify({ services: { keycloak: { image: 'hostile/keycloak:1', privileged: true } } })
  for (const name of ['compose.yaml', 'compose.override.yaml']) await writeFile(join(cwd, name), services)
  return { cwd, variables }
}

// Where no engine answers, test/helpers/suite/report-runtimes.ts says so.
describe('two data folders on one Docker engine', needs(hasCompose, 'Docker Compose'), () => {
  let one: TestInstance
  let other: TestInstance
  let earlier: string

  beforeAll(async () => {
    one = await testInstance('compose')
    const { folder, env, ...apart } = await testInstance('compose')
    other = {
      ...apart,
      name: one.name,
      folder: join(dirname(folder), one.name),
      env: { ...env, MCP_KEYCLOAK_INSTANCE: one.name },
      [Symbol.asyncDispose]: async () => {
        await cli(['down', '--purge', '--yes'], { env: other.env })
        await rm(dirname(dirname(folder)), { recursive: true, force: true })
      },
    }
    earlier = await startEarlier(other)
  })
  afterAll(async () => {
    await one[Symbol.asyncDispose]()
    await other[Symbol.asyncDispose]()
    // They no longer exist when the tests passed. Our commands never remove anything without an owner.
    const left = (await names('container', earlier, '--all')).split('\n').filter(Boolean)
    if (left.length > 0) await execa('docker', ['rm', '--force', ...left])
    const volumes = (await names('volume', earlier)).split('\n').filter(Boolean)
    if (volumes.length > 0) await execa('docker', ['volume', 'rm', ...volumes])
  })

  it('two data folders run instances of one name side by side', async () => {
    const { cwd, variables } = await hostileProject()
    const { exitCode, stdout, stderr } = await cli(['up', '--no-proof', '--json'], {
      cwd,
      env: { ...variables, ...one.env },
    })
    expect(exitCode, stderr).toBe(0)
    const report = JSON.parse(stdout) as UpReport
    expect(report).toMatchObject({ realm: 'created', warnings: [] })
    expect(report.endpoints.issuer).toBe(`http://localhost:${one.port}/realms/fastmcp`)
    const container = `${await composeProject(one)}-keycloak-1`
    const { stdout: config } = await execa('docker', ['inspect', '--format', '{{json .Config}}', container])
    expect(config).not.toContain('hostile')
    expect(config).toContain(`${IMAGE_REPOSITORY}:${PINNED_VERSION}`)
    expect(await names('container', 'hostile')).toBe('')
  })

  it('up takes over a server and the data of an earlier version', async () => {
    const running = await cliJson<UpReport>(['up', '--no-proof', '--show-secrets'], other.env)
    expect(running).toMatchObject({ alreadyRunning: true, realm: 'created', admin: ADMIN })
    expect(running.containerUrl).toContain(`${earlier}_default`)
    await cliJson(['down'], other.env)
    expect(await names('container', earlier)).toBe('')
    expect(await names('volume', earlier)).toContain(`${earlier}_data`)

    const again = await cliJson<UpReport>(['up', '--no-proof', '--show-secrets'], other.env)
    expect(again).toMatchObject({ alreadyRunning: false, realm: 'unchanged', admin: ADMIN, warnings: [] })
    expect(await names('volume', earlier)).toBe('')
    expect(await names('network', earlier)).toBe('')
    const project = await composeProject(other)
    expect((await names('volume', project)).split('\n')).toContain(`${project}_data`)
    expect((await cliJson<StatusReport>(['status'], other.env)).realms).toHaveLength(1)
  })

  it("shows the other folder's containers as foreign in status --all", async () => {
    const project = await composeProject(other)
    const { foreign } = await cliJson<InstancesReport>(['status', '--all'], one.env)
    expect(foreign.filter(({ instance }) => instance === one.name)).toEqual([
      expect.objectContaining({ project, dataFolder: dirname(dirname(other.folder)), running: true }),
    ])
  })

  it('removes nothing of the other folder with down --all --purge', async () => {
    const own = await composeProject(one)
    await cliJson(['down', '--all', '--purge', '--yes'], one.env)
    for (const kind of ['container', 'volume', 'network'] as const) expect(await names(kind, own)).toBe('')
    expect(await cliJson(['status', '--show-secrets'], other.env)).toMatchObject({ admin: ADMIN })
  })

  it("names the other folder's containers in doctor, as no fault", async () => {
    const project = await composeProject(other)
    const { stdout } = await cli(['doctor', '--json'], { env: one.env })
    const { checks } = doctorReportSchema.parse(JSON.parse(stdout))
    const found = checks.find(({ name }) => name === 'leftovers')
    expect(found).toMatchObject({ status: 'ok', what: expect.stringContaining(project), fix: null })
  })

  it("up keeps a volume older than this folder's administrator", async () => {
    const name = `${one.name}-kept`
    const project = `mcp-keycloak-${name}`
    const volume = `${project}_data`
    const label = `com.docker.compose.project=${project}`
    await execa('docker', ['volume', 'create', '--label', label, volume])
    onTestFinished(async () => void (await execa('docker', ['volume', 'rm', volume], { reject: false })))
    const purge = (env: Record<string, string>) =>
      cliJson<DownReport>(['down', '--purge', '--yes'], { ...env, MCP_KEYCLOAK_INSTANCE: name })

    // Without a state even the name is unknown here.
    expect(await cli(['down', '--purge', '--yes', '--instance', name], { env: one.env })).toMatchObject({
      exitCode: 3,
    })
    const { stdout: createdAt } = await execa('docker', [
      'volume',
      'inspect',
      '--format',
      '{{.CreatedAt}}',
      volume,
    ])
    await expect.poll(() => Date.now() - Date.parse(createdAt)).toBeGreaterThan(1100) // Docker has whole seconds
    const folder = join(dirname(one.folder), name)
    await writeEarlierState({ ...one, folder, name }, 1)
    const { purged, warnings } = await purge(one.env)
    expect(purged).toBe(true)
    expect(warnings.join()).toContain(`${volume} stays`)
    expect(await names('volume', project)).toBe(volume)
  })
})
