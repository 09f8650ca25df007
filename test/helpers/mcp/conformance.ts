import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { execa } from 'execa'

import { browserlessLogin } from '../../../src/oauth/browserless-login.ts'
import type { ServerMetadata } from '../../../src/oauth/discover.ts'
import { freePort } from '../../../src/runtime/probe-port.ts'
import { PUBLIC_CLIENT } from '../keycloak/public-client.ts'
import { registeredClient } from '../keycloak/registration.ts'
import { ownEnvironment } from '../program/cli.ts'

/** The suite's record of a check. */
interface SuiteCheck {
  readonly id: string
  readonly status: 'SUCCESS' | 'FAILURE' | 'WARNING' | 'SKIPPED' | 'INFO'
}

/** The checks of MCP's own suite for authorization servers, by their outcome. */
export interface Conformance {
  readonly passed: readonly string[]
  readonly warned: readonly string[]
  readonly failed: readonly string[]
}

/** Runs MCP's own suite for authorization servers against a realm. Logs testuser in where the suite asks for a browser. */
export async function conformance(server: ServerMetadata, mcpUrl: string): Promise<Conformance> {
  const port = await freePort()
  const redirectUri = `http://127.0.0.1:${port}/callback`
  await using client = await registeredClient(server, { ...PUBLIC_CLIENT, redirect_uris: [redirectUri] })
  const folder = await mkdtemp(join(tmpdir(), 'mcp-keycloak-conformance-'))
  try {
    const options = ['--url', server.issuer, '--client-id', client.client_id, '--resource', mcpUrl]
    const suite = execa('conformance', ['authorization', ...options, '-p', `${port}`, '-o', folder], {
      preferLocal: true,
      env: ownEnvironment({}),
      extendEnv: false,
      stdin: 'ignore',
      all: true,
      timeout: 120_000,
    })
    for await (const line of suite.iterable({ from: 'all' })) {
      const [url] = /http:\S+\/protocol\/openid-connect\/auth\?\S+/.exec(String(line)) ?? []
      if (url === undefined) continue
      const credentials = { username: 'testuser', password: 'password123' }
      await fetch(await browserlessLogin(new URL(url), redirectUri, credentials))
    }
    await suite
    const checks = await recordedChecks(folder)
    const idsOf = (wanted: SuiteCheck['status']) =>
      checks.filter(({ status }) => status === wanted).map(({ id }) => id)
    return { passed: idsOf('SUCCESS'), warned: idsOf('WARNING'), failed: idsOf('FAILURE') }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function recordedChecks(folder: string): Promise<readonly SuiteCheck[]> {
  const names = await readdir(folder, { recursive: true })
  const files = names.filter((name) => name.endsWith('checks.json'))
  const records = await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')))
  return records.flatMap((text) => JSON.parse(text) as SuiteCheck[])
}
