import { link, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { platformFolders } from '../../src/config/folders.ts'
import { PINNED_VERSION } from '../../src/config/versions.ts'
import { startMcpServer } from '../helpers/mcp/mcp-server.ts'
import { cli, cliJson, ownEnvironment } from '../helpers/program/cli.ts'
import { type CacheService, startCacheService } from '../helpers/projects/cache-service.ts'
import { type ConsumerProject, consumerProject } from '../helpers/projects/consumer-project.ts'
import { inOrder } from '../helpers/suite/in-order.ts'

inOrder('the steps of a job')

const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url))
const FILES = ['GITHUB_ENV', 'GITHUB_OUTPUT', 'GITHUB_STATE'] as const

let folder: string
let project: ConsumerProject
let base: Readonly<Record<string, string>>
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mcp-keycloak-ci-'))
  project = await consumerProject({}, [])
  // npx takes the program of the project.
  const bin = join(project.folder, 'node_modules', '.bin')
  await mkdir(bin)
  await symlink('../mcp-keycloak/bin/mcp-keycloak.js', join(bin, 'mcp-keycloak'))
  base = { MCP_KEYCLOAK_DATA_FOLDER: join(folder, 'data'), MCP_KEYCLOAK_RUNTIME: 'java' }
})
afterAll(async () => {
  await cli(['down', '--all', '--purge', '--yes'], { env: base })
  await project[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

/** The values in a file of the runner. */
async function valuesIn(file: (typeof FILES)[number]): Promise<Record<string, string>> {
  const text = await readFile(join(folder, file), 'utf8')
  const values = [...text.matchAll(/^([\w-]+)<<(\S+)\n([\s\S]*?)\n\2$/gm)]
  return Object.fromEntries(values.map(([, name = '', , value = '']) => [name, value]))
}

/** Runs a part of the action as GitHub's runner does: inputs and state as variables, files for what it passes on. */
async function runAction(
  part: 'main' | 'post',
  inputs: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
) {
  for (const name of FILES) await writeFile(join(folder, name), '')
  const given = Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])
  return execa(process.execPath, [join(CHECKOUT, 'action', `${part}.js`)], {
    cwd: project.folder,
    env: {
      ...ownEnvironment(base),
      ...Object.fromEntries(given),
      ...Object.fromEntries(FILES.map((name) => [name, join(folder, name)])),
      ...{ GITHUB_RUN_ID: '17', RUNNER_NAME: 'Runner 1', RUNNER_TEMP: folder, ...env },
    },
    extendEnv: false,
    reject: false,
    all: true,
    stdin: 'ignore',
  })
}

const INSTANCE = 'job-17-runner-1'

describe('the action for GitHub', () => {
  let state: Record<string, string>
  let service: CacheService
  let cacheHome: string
  let runner: Record<string, string>
  beforeAll(async () => {
    cacheHome = join(folder, 'cache')
    service = await startCacheService(join(folder, 'archive'), () =>
      linkParts(join(cacheHome, 'mcp-keycloak')),
    )
    runner = { ...service.env, XDG_CACHE_HOME: cacheHome, GITHUB_WORKSPACE: project.folder }
  })
  afterAll(() => service[Symbol.asyncDispose]())

  it('refuses a version and a format that there is not', async () => {
    for (const inputs of [{ version: '1; rm -rf /' }, { 'verify-format': 'pdf' }]) {
      const { exitCode, all } = await runAction('main', inputs)
      expect([exitCode, all]).toEqual([1, expect.stringMatching(/^::error::The ver/)])
    }
  })

  it('starts Keycloak, hides secrets, verifies a server and passes everything on', async () => {
    await using server = await startMcpServer({ issuer: 'http://localhost:1/realms/none' })
    const inputs = { with: 'oauth-proxy', realm: 'shop', proof: 'false', 'mcp-url': server.mcpUrl }
    const verified = { verify: server.mcpUrl, 'verify-format': 'sarif junit' }
    const { exitCode, stdout, stderr } = await runAction('main', { ...inputs, ...verified }, runner)
    state = await valuesIn('GITHUB_STATE')
    expect([exitCode, stdout], stderr).toEqual([1, expect.stringContaining('::error::The MCP server')]) // of another realm
    const outputs = await valuesIn('GITHUB_OUTPUT')
    expect(outputs).toMatchObject({
      instance: INSTANCE,
      realm: 'shop',
      version: expect.stringMatching(/^26\./),
    })
    expect(JSON.parse(await readFile(outputs.sarif ?? '', 'utf8')).version).toBe('2.1.0')
    expect(await readFile(outputs.junit ?? '', 'utf8')).toContain('<testsuite')
    const passed = await valuesIn('GITHUB_ENV')
    expect(passed).toMatchObject({
      KEYCLOAK_ISSUER: outputs.issuer,
      MCP_KEYCLOAK_INSTANCE: INSTANCE,
      MCP_KEYCLOAK_REALM: 'shop',
      MCP_OAUTH_CLIENT_SECRET: expect.any(String),
    })
    expect(passed).not.toHaveProperty('KEYCLOAK_ADMIN_PASSWORD')
    const status = await cli(['status', '--json', '--show-secrets'], { env: { ...base, ...passed } })
    const { password } = JSON.parse(status.stdout).admin
    for (const secret of [password, passed.MCP_OAUTH_CLIENT_SECRET]) {
      expect(`${stdout}\n${stderr}`.split('\n').filter((line) => line.includes(secret))).toEqual([
        `::add-mask::${secret}`,
      ])
    }
  })

  it('gives later steps the same realm', async () => {
    const { KEYCLOAK_ISSUER } = await valuesIn('GITHUB_ENV')
    const env = { ...base, ...(await valuesIn('GITHUB_ENV')) }
    const { claims } = await cliJson<{ claims: { iss: string } }>(['token'], env)
    expect(claims.iss).toBe(KEYCLOAK_ISSUER)
  })

  it('the post step removes the instance, saves the cache and accepts a missing instance', async () => {
    expect(service.saved).toEqual([])
    const { exitCode, all } = await runAction('post', {}, { ...runner, ...stateVariables(state) })
    expect([exitCode, all]).toEqual([0, expect.stringContaining(`Saved in the cache: ${state.key}`)])
    expect(service.saved).toEqual([state.key])
    expect((await cli(['status', '--instance', INSTANCE], { env: base })).exitCode).toBe(3)
    const { key: _, ...saved } = state
    const again = await runAction('post', {}, { ...runner, ...stateVariables(saved) })
    expect(again.exitCode, again.all).toBe(0)
  })

  it('a later job takes everything from the cache', async () => {
    await rm(cacheHome, { recursive: true })
    const { exitCode, all } = await runAction('main', { with: 'oauth-proxy', proof: 'false' }, runner)
    expect([exitCode, all]).toEqual([0, expect.stringContaining(`Restored from the cache: ${state.key}`)])
    expect(all).not.toContain('Fetching Keycloak')
    expect(await valuesIn('GITHUB_STATE')).not.toHaveProperty('key')
  })

  it('a job goes on without the cache', async () => {
    service.works = false
    const checksums = join(cacheHome, 'mcp-keycloak', 'checksums')
    await rename(checksums, `${checksums}-2`)
    const broken = await runAction('main', { with: 'oauth-proxy', proof: 'false' }, runner)
    await rm(checksums, { recursive: true, force: true })
    const none = await runAction(
      'main',
      { with: 'oauth-proxy', proof: 'false' },
      { ...runner, ACTIONS_CACHE_URL: '' },
    )
    const lines = (text = '') => text.split('\n').filter((line) => /cache/i.test(line))
    expect([broken.exitCode, none.exitCode, broken.stdout.split('\n'), lines(none.stdout)]).toEqual([
      0,
      0,
      expect.arrayContaining([expect.stringMatching(/^::warning::.*500/)]),
      ['This runner has no cache service: Keycloak is downloaded in each job.'],
    ])
  })
})

/** The state of the step as variables, as the runner passes it to the post step. */
function stateVariables(state: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(state).map(([name, value]) => [`STATE_${name}`, value]))
}

/** Stands for the download and the first start of a job: links what this machine has to its cache folder. */
async function linkParts(target: string): Promise<void> {
  const { cache } = platformFolders()
  const names = (await readdir(cache)).filter(
    (name) => name === 'checksums' || (name.includes(PINNED_VERSION) && !name.endsWith('.zip')),
  )
  await mkdir(join(target, 'archives'), { recursive: true })
  await execa('cp', ['-al', ...names.map((name) => join(cache, name)), target])
  const { stdout } = await execa('ls', ['-t', join(cache, 'archives')], { reject: false })
  const latest = stdout.split('\n').find((name) => name.endsWith('.jsa')) // of this JDK, usually; others are large
  if (latest) await link(join(cache, 'archives', latest), join(target, 'archives', latest))
}

describe('the component for GitLab', () => {
  it('gives the script of a job a Keycloak, and removes it', async () => {
    const text = await readFile(join(CHECKOUT, 'templates', 'mcp-keycloak.yml'), 'utf8')
    const [spec, jobs] = parseAllDocuments(text).map((document) => document.toJS())
    const inputs = spec.spec.inputs as Readonly<Record<string, { default: string }>>
    const filled = (line: string) =>
      line.replaceAll(/\$\[\[ inputs\.([\w-]+) \]\]/g, (_, name: string) => inputs[name]?.default ?? '')
    const { before_script: before, after_script: after, variables } = jobs['.mcp-keycloak']
    const own = Object.entries(variables as Record<string, string>).filter(
      ([name]) => name !== 'XDG_CACHE_HOME',
    )
    const env = { ...base, ...Object.fromEntries(own.map(([name, value]) => [name, filled(value)])) }
    Object.assign(env, { MCP_KEYCLOAK_INSTANCE: 'job-1' })
    const shell = (lines: readonly string[]) =>
      execa('bash', ['-e', '-c', lines.map(filled).join('\n')], {
        cwd: project.folder,
        env: ownEnvironment(env),
        extendEnv: false,
        stdin: 'ignore',
      })
    const { stdout } = await shell([
      ...before,
      'node -p process.env.KEYCLOAK_ISSUER',
      'npx mcp-keycloak token',
    ])
    expect(stdout.split('\n')).toEqual([
      expect.stringMatching(/^http:\/\/localhost:\d+\/realms\/fastmcp$/),
      expect.stringMatching(/^ey/),
    ])
    await shell(after)
    expect((await cli(['status'], { env })).exitCode).toBe(3)
  })
})
