import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { execa } from 'execa'
import { expect, it } from 'vitest'

import { freePort } from '../../../src/runtime/probe-port.ts'
import { BIN, ownEnvironment } from '../../helpers/cli.ts'
import { consumerProject, runner } from '../../helpers/consumer-project.ts'
import { hasGo } from '../../helpers/machine.ts'
import { sharedKeycloakVariables } from '../../helpers/named-keycloak.ts'
import { needs } from '../../helpers/needs.ts'

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

it('runs the Go example, which logs in through the bridge', needs(hasGo, 'Go'), async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mcp-keycloak-bin-'))
  const program = join(folder, 'mcp-keycloak')
  await writeFile(program, `#!/bin/sh\nexec "${process.execPath}" "${BIN}" "$@"\n`)
  await chmod(program, 0o755)
  const { exitCode, all } = await execa('go', ['test', '-count=1', '-v', './...'], {
    cwd: join(EXAMPLES, 'go'),
    env: ownEnvironment({ PATH: `${folder}${delimiter}${process.env.PATH}`, ...sharedKeycloakVariables() }),
    extendEnv: false,
    reject: false,
    all: true,
    stdin: 'ignore',
  })
  await rm(folder, { recursive: true })
  expect(exitCode, all).toBe(0)
  expect(all.match(/--- PASS/g)).toHaveLength(2)
})
