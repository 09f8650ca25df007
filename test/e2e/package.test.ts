import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import type { UpReport } from '../../src/operations/up.ts'
import { type TestInstance, testInstance } from '../helpers/program/instance.ts'

const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url))

let folder: string
let instance: TestInstance
let packedBytes: number
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mcp-keycloak-package-'))
  instance = await testInstance('java')
  const { stdout } = await execa(
    'npm',
    ['pack', '--json', '--ignore-scripts', '--pack-destination', folder],
    { cwd: CHECKOUT },
  )
  const [packed] = Object.values(JSON.parse(stdout)) as { filename: string; size: number }[]
  packedBytes = packed?.size ?? Number.NaN
  await execa('npm', ['init', '--yes'], { cwd: folder })
  await execa('npm', ['install', '--no-audit', '--no-fund', join(folder, packed?.filename ?? '')], {
    cwd: folder,
  })
})
afterAll(async () => {
  await instance[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

describe('the package, installed into an empty folder', () => {
  it('has the program, the realms and the compose file, and nothing of the sandbox', async () => {
    const installed = join(folder, 'node_modules', 'mcp-keycloak')
    for (const file of [
      'bin/mcp-keycloak.js',
      'dist/cli/main.js',
      'dist/index.d.ts',
      'dist/testing/vitest.d.ts',
      'realms/fastmcp.json',
      'dist/answers.json',
      'compose/keycloak.yaml',
      'compose/server.yaml',
      'mcp-keycloak.schema.json',
      'compose/start-keycloak.sh',
      'LICENSE',
    ]) {
      await expect(readFile(join(installed, file), 'utf8'), file).resolves.toMatch(/./)
    }
    for (const file of ['src/index.ts', 'test/e2e/package.test.ts', 'scripts/with-setup.js']) {
      await expect(readFile(join(installed, file)), file).rejects.toThrow('ENOENT')
    }
  })

  it('is small: 450 kB to fetch, 45 MB installed with all that it needs', async () => {
    expect(packedBytes).toBeLessThan(450_000)
    const files = await readdir(join(folder, 'node_modules'), { recursive: true, withFileTypes: true })
    const sizes = await Promise.all(
      files
        .filter((file) => file.isFile())
        .map(async (file) => (await stat(join(file.parentPath, file.name))).size),
    )
    expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(45_000_000)
  })

  it('gives its library and its realm to an import', async () => {
    const code = `
      import { realmEndpoints, McpKeycloakError } from 'mcp-keycloak'
      import realm from 'mcp-keycloak/realms/fastmcp.json' with { type: 'json' }
      import schema from 'mcp-keycloak/schema.json' with { type: 'json' }
      console.log(realmEndpoints('http://localhost:8080/', realm.realm).issuer, McpKeycloakError.name)
      console.log(schema.title)`
    const { stdout } = await node(['--input-type=module', '--eval', code])
    expect(stdout).toBe('http://localhost:8080/realms/fastmcp McpKeycloakError\nmcp-keycloak.config.json')
  })

  it('init writes a config file with the installed $schema', async () => {
    const bin = join(folder, 'node_modules', '.bin', 'mcp-keycloak')
    await node([bin, 'init', '--timeout', '300'])
    const file = join(folder, 'mcp-keycloak.config.json')
    const config = JSON.parse(await readFile(file, 'utf8'))
    const schema = JSON.parse(await readFile(join(folder, config.$schema), 'utf8'))
    const ajv = new Ajv2020()
    addFormats.default(ajv)
    expect(ajv.validate(schema, config), ajv.errorsText()).toBe(true)
    await rm(file) // the tests to come run in this folder
  })

  it('gives its testing module to an import, without testcontainers and without Vitest', async () => {
    const installed = await readdir(join(folder, 'node_modules'))
    expect(installed).not.toContain('testcontainers')
    expect(installed).not.toContain('vitest')
    const code = `
      import * as testing from 'mcp-keycloak/testing'
      const container = await import('mcp-keycloak/testing/container').catch((error) => error.message)
      console.log(typeof testing.startKeycloak, container)`
    const { stdout } = await node(['--input-type=module', '--eval', code])
    expect(stdout).toMatch(/^function Cannot find package 'testcontainers'/)
  })

  it('up downloads a damaged cached Keycloak again', async () => {
    const cache = join(folder, 'cache')
    await mkdir(cache)
    await writeFile(join(cache, 'keycloak-26.7.5.zip'), 'half a download')
    const bin = join(folder, 'node_modules', '.bin', 'mcp-keycloak')
    const { stdout } = await node([bin, 'up', '--runtime', 'java', '--cache-folder', cache, '--json'])
    expect(JSON.parse(stdout) as UpReport).toMatchObject({
      runtime: 'java',
      realm: 'created',
      proof: { username: 'testuser' },
      warnings: [expect.stringMatching(/keycloak-.+\.zip .*damaged/)],
    })
    const isTemplate = (name: string) => /^database-26.7.5-[0-9a-f]{8}$/.test(name) // kept when H2 has written it
    expect((await readdir(cache)).filter((name) => !isTemplate(name)).sort()).toEqual([
      'archives',
      expect.stringMatching(/^built-26.7.5-[0-9a-f]{8}$/),
      'keycloak-26.7.5',
      'keycloak-26.7.5.zip',
    ])
    const script = 'mcp-keycloak token --header' // on the PATH of exec alone: nothing is installed globally
    const { stdout: header } = await node([bin, 'exec', '-q', '--no-proof', '--', 'sh', '-c', script])
    expect(header).toMatch(/^Authorization: Bearer ey/)
    expect((await node([bin, 'down'])).stdout).toContain('Keycloak is stopped')
  })
})

it('says which Node it needs, on one that is too old', async () => {
  const old = `Object.defineProperty(process.versions, 'node', { value: '20.20.2' })`
  const bin = join(CHECKOUT, 'bin', 'mcp-keycloak.js')
  const { exitCode, stderr } = await execa(
    process.execPath,
    ['--import', `data:text/javascript,${old}`, bin, 'up'],
    { reject: false },
  )
  expect(exitCode).toBe(2)
  expect(stderr).toContain('needs Node 22.12 or later')
})

function node(args: readonly string[]) {
  const path = `${dirname(process.execPath)}:${process.env.PATH}`
  return execa(process.execPath, args, { cwd: folder, stdin: 'ignore', env: { ...instance.env, PATH: path } })
}
