import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { execa } from 'execa'
import { expect, it } from 'vitest'
import { snippetTargets } from '../../../src/operations/snippet-target.ts'
import { snippets } from '../../../src/operations/snippets.ts'
import { up } from '../../../src/operations/up.ts'
import { freePort } from '../../../src/runtime/probe-port.ts'
import { externalConfig } from '../../helpers/keycloak/external-config.ts'
import { sharedKeycloak } from '../../helpers/keycloak/own-keycloak.ts'
import { sharedAdmin } from '../../helpers/keycloak/test-realm.ts'
import { startPythonServer } from '../../helpers/mcp/fastmcp-server.ts'
import { ownEnvironment } from '../../helpers/program/cli.ts'
import { PYTHON } from '../../helpers/projects/python.ts'

const BROWSER = fileURLToPath(new URL('../../fixtures/browser.ts', import.meta.url))

it("the snippet's Python client registers, logs in and lists the tools", async () => {
  const mcpUrl = `http://localhost:${await freePort()}/mcp`
  const realm = 'python-sdk-client'
  const config = await externalConfig(sharedKeycloak(), { realm, proof: false, mcpUrl: [mcpUrl] })
  await up(config)
  const targets = await snippetTargets(config)
  const { programs } = snippets(targets, { names: ['fastmcp', 'python-sdk-client'], platform: 'linux' })
  const [server = '', client = ''] = programs.map((program) => program.snippets[0]?.code)
  const folder = await mkdtemp(join(tmpdir(), 'mcp-keycloak-client-'))
  try {
    await using _running = await startPythonServer(server, mcpUrl)
    await writeFile(join(folder, 'client.py'), client)
    const { stdout } = await execa(PYTHON, ['client.py'], {
      cwd: folder,
      env: ownEnvironment({ BROWSER: `${process.execPath} ${BROWSER} %s &` }),
      extendEnv: false,
      timeout: 120_000,
    })
    expect(stdout).toMatch(/^\w+: ./)
    const { clients } = await sharedAdmin()
    const registered = (await clients.find({ realm })).find(({ name }) => name === 'my script')
    expect(registered).toMatchObject({ publicClient: true, redirectUris: ['http://localhost:3030/callback'] })
  } finally {
    await rm(folder, { recursive: true, force: true })
    await (await sharedAdmin()).realms.del({ realm })
  }
})
