import { resolve } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { snippetTargets } from '../../../src/operations/snippet-target.ts'
import { snippets } from '../../../src/operations/snippets.ts'
import { freePort } from '../../../src/runtime/probe-port.ts'
import { externalConfig } from '../../helpers/keycloak/external-config.ts'
import { sharedKeycloak } from '../../helpers/keycloak/own-keycloak.ts'
import { sharedAdmin, type TestRealm, testRealm } from '../../helpers/keycloak/test-realm.ts'
import { CLIENT_PROGRAMS, type ClientProgram, callAs } from '../../helpers/mcp/client-programs.ts'
import {
  type RunningServer,
  startPythonServer,
  startTypescriptServer,
} from '../../helpers/mcp/fastmcp-server.ts'

/** A realm that somebody brings, an MCP server for it, and the programs that use both. */
interface Case {
  readonly kind: string
  readonly file: string
  readonly server: 'fastmcp' | 'typescript-sdk-2'
  readonly programs: readonly ClientProgram[]
}

const BOTH_SDKS = ["FastMCP's client", 'TypeScript SDK 2'] as const

const CASES: readonly Case[] = [
  { kind: 'an export', file: 'console-export.json', server: 'fastmcp', programs: CLIENT_PROGRAMS },
  {
    ...{ kind: 'authorization services', file: 'authorization-services.json' },
    ...{ server: 'typescript-sdk-2', programs: BOTH_SDKS },
  },
  {
    ...{ kind: 'groups and organizations', file: 'groups-and-organizations.json' },
    ...{ server: 'typescript-sdk-2', programs: BOTH_SDKS },
  },
  { kind: 'EC keys', file: 'elliptic-key.json', server: 'fastmcp', programs: BOTH_SDKS },
  {
    ...{ kind: 'a KeycloakRealmImport', file: 'kubernetes.yaml' },
    ...{ server: 'typescript-sdk-2', programs: BOTH_SDKS },
  },
]

const ANN = { username: 'ann', password: 'ann' }

describe.each(CASES)('a realm file with $kind and --with mcp', ({ file, server, programs }) => {
  let realm: TestRealm
  let mcpUrl: string
  let running: RunningServer

  beforeAll(async () => {
    mcpUrl = `http://localhost:${await freePort()}/mcp`
    const name = `files-clients-${file.replace(/\W/g, '-')}`
    realm = await testRealm(name, {
      ...{ realmFile: resolve('test/fixtures/realm-files', file), with: ['mcp'], mcpUrl: [mcpUrl] },
      ...(file === 'console-export.json' && { user: ['ann:ann'] }),
    })
    const targets = await snippetTargets(await externalConfig(sharedKeycloak(), { realm: name }))
    const { programs: servers } = snippets(targets, { names: [server], platform: 'linux' })
    const code = servers[0]?.snippets[0]?.code ?? ''
    const start = server === 'fastmcp' ? startPythonServer : startTypescriptServer
    running = await start(code, mcpUrl)
  })
  afterAll(async () => {
    await running?.[Symbol.asyncDispose]()
    await realm?.[Symbol.asyncDispose]()
  })

  it.concurrent.each(programs)('lets %s register, log in and call a tool', async (program) => {
    const { users } = await sharedAdmin()
    const [ann] = await users.find({ realm: realm.name, username: 'ann', exact: true })
    expect(await callAs(program, mcpUrl, 'whoami', ANN)).toContain(ann?.id)
  })
})
