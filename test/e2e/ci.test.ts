import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { startMcpServer } from '../helpers/mcp/mcp-server.ts'
import { cli, cliJson, ownEnvironment } from '../helpers/program/cli.ts'
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

  it('refuses a version and a format that there is not', async () => {
    for (const inputs of [{ version: '1; rm -rf /' }, { 'verify-format': 'pdf' }]) {
      const { exitCode, all } = await runAction('main', inputs)
      expect([exitCode, all]).toEqual([1, expect.stringMatching(/^::error::The ver/)])
    }
  })

  it('starts Keycloak, hides secrets, verifies a server and passes everything on', async () => {
    await using server = await startMcpServer({ issuer: 'http://localhost:1/realms/none' })
    const { exitCode, stdout, stderr } = await runAction('main', {
      with: 'oauth-proxy',
      realm: 'shop',
      proof: 'false',
      'mcp-url': server.mcpUrl,
      verify: server.mcpUrl,
      'verify-format': 'sarif junit',
    })
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

  it('the post step removes the instance and accepts a missing one', async () => {
    const env = Object.fromEntries(Object.entries(state).map(([name, value]) => [`STATE_${name}`, value]))
    for (let at = 0; at < 2; at++) {
      const { exitCode, all } = await runAction('post', {}, env)
      expect(exitCode, all).toBe(0)
    }
    const { exitCode } = await cli(['status', '--instance', INSTANCE], { env: base })
    expect(exitCode).toBe(3)
  })
})

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
