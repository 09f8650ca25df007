import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, it } from 'vitest'

import { discover } from '../../../src/oauth/discover.ts'
import { registerClient } from '../../../src/oauth/register.ts'
import type { reportSchemas } from '../../../src/operations/report-schemas.ts'
import { sharedKeycloak } from '../../helpers/keycloak/own-keycloak.ts'
import { sharedAdmin } from '../../helpers/keycloak/test-realm.ts'
import { cli } from '../../helpers/program/cli.ts'

const keycloak = sharedKeycloak()
const REALM = 'json'
const shared = {
  MCP_KEYCLOAK_INSTANCE: keycloak.instance,
  MCP_KEYCLOAK_DATA_FOLDER: keycloak.dataFolder,
  MCP_KEYCLOAK_REALM: REALM,
}

let cwd: string
let elsewhere: Readonly<Record<string, string>>
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'mcp-keycloak-json-'))
  elsewhere = { MCP_KEYCLOAK_DATA_FOLDER: join(cwd, 'data') }
  await cli(['up', '--role', 'editor', '--no-proof'], { env: shared, cwd })
})
afterAll(async () => {
  await rm(cwd, { recursive: true, force: true })
  await (await sharedAdmin()).realms.del({ realm: REALM })
})

/** Stands for the id of a client that has just registered itself. */
const CLIENT_ID = 'CLIENT_ID'

async function registered(): Promise<string> {
  const server = await discover(`${keycloak.url}/realms/${REALM}`)
  const client = await registerClient(server, { redirect_uris: ['http://localhost:3000/callback'] })
  return client.client_id
}

/**
 * How each row of the table comes about: the whole command line, and what it ends with when that is not 0. `prepare` and
 * `snapshot`, which start a server, are in e2e/archive and e2e/snapshot; `up --watch` is in integration/watch.
 */
type Row = Exclude<keyof typeof reportSchemas, 'prepare' | 'up --watch' | `snapshot ${string}`>
const RUNS: Readonly<Record<Row, readonly [string, number?]>> = {
  init: ['init --realm shop'],
  trust: ['trust'],
  up: ['up --role editor'],
  status: ['status'],
  'status --all': ['status --all'],
  snippets: ['snippets'],
  'snippets --write': ['snippets cursor codex --write'],
  token: ['token --bad aud'],
  env: ['env --show-secrets'],
  'clients list': ['clients list'],
  'clients delete': ['clients delete CLIENT_ID --yes'],
  'clients prune': ['clients prune --unused --dry-run'],
  doctor: ['doctor --client cursor'],
  verify: ['verify http://localhost:1/mcp', 6],
  explain: ['explain invalid_grant'],
  'explain --list': ['explain --list'],
  logs: ['logs --since 1h --level info'],
  'logs --explain': ['logs --explain --since 1h'],
  'realm render': ['realm render --with strict'],
  'realm diff': ['realm diff --role author', 6],
  'realm export': ['realm export --overlay'],
  'realm adopt': ['realm adopt --format kcadm'],
  'reset-realm': ['reset-realm --hard'],
  down: ['down'],
  'down --all': ['down --all'],
}

it.each(Object.entries(RUNS))(
  '%s prints with --json what its schema says, and nothing else',
  async (row, [line, code = 0]) => {
    const env = row.startsWith('down') ? elsewhere : { ...shared, HOME: cwd } // the shared one goes on
    const words = line.includes(CLIENT_ID) ? line.replace(CLIENT_ID, await registered()) : line
    const { exitCode, stdout, stderr } = await cli([...words.split(' '), '--json'], { env, cwd })
    expect({ exitCode, stderr }).toEqual({ exitCode: code, stderr: '' })
    expect(stdout.trim()).not.toBe('')
  },
)
