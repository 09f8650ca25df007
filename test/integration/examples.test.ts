import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { execa } from 'execa'
import { expect, it } from 'vitest'

import { BIN, ownEnvironment } from '../helpers/cli.ts'
import { hasGo } from '../helpers/machine.ts'
import { needs } from '../helpers/needs.ts'
import { sharedKeycloak } from '../helpers/own-keycloak.ts'

it('runs the Go example, which logs in through the bridge', needs(hasGo, 'Go'), async () => {
  const { url, admin } = sharedKeycloak()
  const folder = await mkdtemp(join(tmpdir(), 'mcp-keycloak-bin-'))
  const program = join(folder, 'mcp-keycloak')
  await writeFile(program, `#!/bin/sh\nexec "${process.execPath}" "${BIN}" "$@"\n`)
  await chmod(program, 0o755)
  const { exitCode, all } = await execa('go', ['test', '-count=1', '-v', './...'], {
    cwd: fileURLToPath(new URL('../../examples/go', import.meta.url)),
    env: ownEnvironment({
      PATH: `${folder}${delimiter}${process.env.PATH}`,
      MCP_KEYCLOAK_KEYCLOAK_URL: url,
      MCP_KEYCLOAK_ADMIN_USERNAME: admin.username,
      MCP_KEYCLOAK_ADMIN_PASSWORD: admin.password,
    }),
    extendEnv: false,
    reject: false,
    all: true,
    stdin: 'ignore',
  })
  await rm(folder, { recursive: true })
  expect(exitCode, all).toBe(0)
  expect(all.match(/--- PASS/g)).toHaveLength(2)
})
