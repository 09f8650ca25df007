import { chmod, cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { execa } from 'execa'
import { expect, it } from 'vitest'

import { run } from '../../../src/runtime/exec.ts'
import { freePort } from '../../../src/runtime/probe-port.ts'
import { sharedKeycloakVariables } from '../../helpers/keycloak/named-keycloak.ts'
import { BIN, ownEnvironment } from '../../helpers/program/cli.ts'
import { consumerProject, runner } from '../../helpers/projects/consumer-project.ts'
import { hasGo } from '../../helpers/suite/machine.ts'
import { needs } from '../../helpers/suite/needs.ts'

const hasMaven = (await run('mvn', ['--version'])).exitCode === 0
const EXAMPLES = fileURLToPath(new URL('../../../examples/', import.meta.url))

it('runs the Vitest example, whose server protects itself', async () => {
  const folder = join(EXAMPLES, 'vitest')
  const names = (await readdir(folder)).filter((name) => name !== 'package.json')
  const files = await Promise.all(
    names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')] as const),
  )
  const sdk = ['client', 'server', 'express', 'node'].map((name) => `@modelcontextprotocol/${name}`)
  await using project = await consumerProject(Object.fromEntries(files), [
    ...sdk,
    'express',
    'jose',
    'vitest',
  ])
  const env = { ...sharedKeycloakVariables(), PORT: String(await freePort()) }
  const { exitCode, all } = await runner(project, 'vitest/vitest.mjs', ['run'], env)
  expect(exitCode, all).toBe(0)
  expect(all).toMatch(/Tests +5 passed/)
})

/** Runs a command in a copy of an example, with the built program on its PATH. */
async function inExample(name: string, command: string, args: readonly string[]) {
  const folder = await mkdtemp(join(tmpdir(), 'mcp-keycloak-example-'))
  await cp(join(EXAMPLES, name), join(folder, name), { recursive: true })
  const program = join(folder, 'mcp-keycloak')
  await writeFile(program, `#!/bin/sh\nexec "${process.execPath}" "${BIN}" "$@"\n`)
  await chmod(program, 0o755)
  const result = await execa(command, args, {
    cwd: join(folder, name),
    env: ownEnvironment({ PATH: `${folder}${delimiter}${process.env.PATH}`, ...sharedKeycloakVariables() }),
    extendEnv: false,
    reject: false,
    all: true,
    stdin: 'ignore',
  })
  await rm(folder, { recursive: true })
  return result
}

it('runs the Go example, which logs in through the bridge', needs(hasGo, 'Go'), async () => {
  const { exitCode, all } = await inExample('go', 'go', ['test', '-count=1', '-v', './...'])
  expect(exitCode, all).toBe(0)
  expect(all.match(/--- PASS/g)).toHaveLength(2)
})

it('runs the Java example, which logs in through the bridge', needs(hasMaven, 'Maven'), async () => {
  const { exitCode, all } = await inExample('java', 'mvn', ['--batch-mode', '--no-transfer-progress', 'test'])
  expect(exitCode, all).toBe(0)
  expect(all).toContain('Tests run: 5, Failures: 0, Errors: 0, Skipped: 0')
})
