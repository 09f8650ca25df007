import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'

import { EXIT_CODES } from '../../src/errors.ts'
import { adminLogin } from '../../src/keycloak/admin.ts'
import { realmDiff } from '../../src/operations/realm-diff.ts'
import { realmExport } from '../../src/operations/realm-export.ts'
import type { StatusReport } from '../../src/operations/status.ts'
import { up } from '../../src/operations/up.ts'
import { BASE_REALM_FILE, loadRealm } from '../../src/realm/load.ts'
import { cli, cliJson } from '../helpers/cli.ts'
import { externalConfig } from '../helpers/external-config.ts'
import { ofItsVersion } from '../helpers/version-warnings.ts'

const keycloak = inject('sharedKeycloak')
const environment = {
  MCP_KEYCLOAK_KEYCLOAK_URL: keycloak.url,
  MCP_KEYCLOAK_ADMIN_USERNAME: keycloak.admin.username,
  MCP_KEYCLOAK_ADMIN_PASSWORD: keycloak.admin.password,
  MCP_KEYCLOAK_DATA_FOLDER: keycloak.dataFolder,
}

let folder: string
let realmFile: string
const config = (flags: Parameters<typeof externalConfig>[1] = {}) =>
  externalConfig(keycloak, { realm: 'drifting', proof: false, ...flags })
const write = async (changes: object) =>
  writeFile(realmFile, JSON.stringify({ ...(await loadRealm(BASE_REALM_FILE)), ...changes }))

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mcp-keycloak-drift-'))
  realmFile = join(folder, 'mine.json')
  await write({})
  expect(await up(await config({ realmFile }))).toMatchObject({ realm: 'created', warnings: ofItsVersion })
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('up on a realm that is there', () => {
  it('leaves it alone, names the options that are other ones, and what to do', async () => {
    const report = await up(await config({ scope: ['api:read'], tokenLifespan: 60 }))
    expect(report).toMatchObject({ realm: 'different' })
    expect(report.warnings).toEqual([
      ...ofItsVersion,
      'The realm "drifting" was made with other options (--scope, --token-lifespan): it was left as it is. To see the difference: mcp-keycloak realm diff. To have the new one: mcp-keycloak reset-realm, each with the same options',
    ])
    expect((await realmDiff(await config())).drift).toEqual([])
    const { drift } = await realmDiff(await config({ scope: ['api:read'], tokenLifespan: 60 }))
    expect(drift.map(({ path }) => path)).toContain('clientScopes[api:read]')
  })

  it('names the file that has changed', async () => {
    await write({ displayName: 'Mine' })
    const report = await up(await config())
    expect(report.realm).toBe('different')
    expect(report.warnings.join()).toContain(
      `was made from another content of ${realmFile}: it was left as it is`,
    )
    expect((await realmDiff(await config())).drift).toEqual([
      { path: 'displayName', kind: 'changed', expected: 'Mine', actual: 'MCP (local development)' },
    ])
    await write({})
  })
})

describe('a realm whose file is gone', () => {
  beforeAll(() => rm(realmFile))

  it('does not keep status from telling of the others', async () => {
    const report = await cliJson<StatusReport>(['status'], environment)
    const drift = Object.fromEntries(report.realms.map(({ endpoints, drift }) => [endpoints.realm, drift]))
    expect(drift).toMatchObject({ drifting: null, [keycloak.realm]: false })
    expect(report.warnings.join()).toContain(realmFile)
    const { exitCode, stderr } = await cli(['status'], { env: environment })
    expect(exitCode).toBe(EXIT_CODES.done)
    expect(stderr).toContain('What the realm "drifting" was made from is not known any more.')
  })

  it('can still be exported, and up takes another file for it with a warning', async () => {
    const again = join(folder, 'again.json')
    const { missing, warnings } = await realmExport(await config(), { output: again })
    expect(missing).toEqual([])
    expect(warnings.join()).toMatch(/does not tell passwords[^:]*:\n(testuser|testadmin)/)
    const report = await up(await config({ realmFile: again }))
    expect(report.realm).toBe('different')
    expect(report.warnings.join('\n')).toMatch(/--realm-file.*\n.*is not known any more/)
  })

  it('is refused by realm diff, which names the file', async () => {
    const { exitCode, stdout, stderr } = await cli(['realm', 'diff', '--realm', 'drifting'], {
      env: environment,
    })
    expect([exitCode, stdout]).toEqual([2, ''])
    expect(stderr).toContain(realmFile)
  })
})

it('a realm that is not there is told from one that is the same', async () => {
  const { exitCode, stderr } = await cli(['realm', 'diff', '--realm', 'nowhere'], { env: environment })
  expect(exitCode).toBe(3)
  expect(stderr).toContain('There is no realm "nowhere"')
})

it('a realm that is not ours is compared with the built-in one, and that is said', async () => {
  const admin = await adminLogin({ ...keycloak, runtime: 'external' })
  await admin.realms.create({ realm: 'foreign', enabled: true })
  const { drift, warnings } = await realmDiff(await externalConfig(keycloak, { realm: 'foreign' }))
  expect(drift.map(({ path }) => path)).toContain('clients[mcp-client]')
  expect(warnings).toEqual([
    'The realm "foreign" is not of our making: it was compared with the built-in realm.',
  ])
})
