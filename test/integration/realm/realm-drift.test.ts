import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { EXIT_CODES } from '../../../src/errors.ts'
import { externalKeycloak } from '../../../src/instance/instance.ts'
import { adminLogin } from '../../../src/keycloak/admin.ts'
import { realmDiff } from '../../../src/operations/realm/realm-diff.ts'
import { realmExport } from '../../../src/operations/realm/realm-export.ts'
import type { StatusReport } from '../../../src/operations/status.ts'
import { up } from '../../../src/operations/up.ts'
import { BASE_REALM_FILE, loadRealm } from '../../../src/realm/load.ts'
import { externalConfig, externalEnvironment } from '../../helpers/keycloak/external-config.ts'
import { sharedKeycloak } from '../../helpers/keycloak/own-keycloak.ts'
import { cli, cliJson } from '../../helpers/program/cli.ts'
import { ofItsVersion } from '../../helpers/program/version-warnings.ts'
import { inOrder } from '../../helpers/suite/in-order.ts'

inOrder('the second group begins by removing the realm file')

const keycloak = sharedKeycloak()
const environment = {
  ...externalEnvironment(keycloak),
  npm_command: '',
  npm_lifecycle_event: '', // advice is written for who runs it: under npm test it would begin with npm run
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
  it('is compared with an import that is kept until the file changes', async () => {
    const kept = join(externalKeycloak(await config()).folder, 'made', 'drifting.json')
    const drift = async (flags = {}) => (await realmDiff(await config(flags))).drift.map(({ path }) => path)
    expect(await drift()).toEqual([])
    const { hash, made } = JSON.parse(await readFile(kept, 'utf8'))
    await writeFile(kept, JSON.stringify({ hash, made: { ...made, displayName: 'as kept' } }))
    expect(await drift()).toEqual(['displayName'])
    expect(await drift({ tokenLifespan: 60 })).toEqual(['accessTokenLifespan'])
    expect(await drift()).toEqual([])
  })

  it('leaves it alone, names the options that are other ones, and what to do', async () => {
    const report = await up(await config({ scope: ['api:read'], tokenLifespan: 60 }))
    const options = `--realm-file ${realmFile} --scope api:read --token-lifespan 60`
    expect(report).toMatchObject({
      realm: 'different',
      difference: {
        why: expect.stringContaining(' --scope, --token-lifespan.'),
        options: ['--scope', '--token-lifespan'],
        fix: `mcp-keycloak reset-realm ${options}`,
        compare: `mcp-keycloak realm diff ${options}`,
      },
      warnings: ofItsVersion,
    })
    expect((await realmDiff(await config())).drift).toEqual([])
    const { drift } = await realmDiff(await config({ scope: ['api:read'], tokenLifespan: 60 }))
    expect(drift.map(({ path }) => path)).toContain('clientScopes[api:read]')
  })

  it('names the file that has changed', async () => {
    await write({ displayName: 'Mine' })
    const report = await up(await config())
    expect(report.realm).toBe('different')
    expect(report.difference).toMatchObject({
      why: expect.stringContaining(realmFile),
      options: [],
      fix: `mcp-keycloak reset-realm --realm-file ${realmFile}`,
    })
    expect((await realmDiff(await config())).drift).toEqual([
      { path: 'displayName', kind: 'changed', expected: 'Mine', actual: 'MCP (local development)' },
    ])
    await write({})
  })
})

it('up prints the difference first, and its fix applies the options', async () => {
  const flags = ['--realm', 'other-url', '--no-proof']
  const up = (...more: string[]) => cli(['up', ...flags, ...more], { env: environment })
  await up('--user', 'bob:secret', '--role', 'boss')
  const wanted = ['--mcp-url', 'http://localhost:9123/mcp', '--role', 'chief']
  const { exitCode, stdout, stderr } = await up(...wanted)
  const [first, why, fix] = stdout.split('\n')
  expect([exitCode, first]).toEqual([
    EXIT_CODES.done,
    expect.stringMatching(/^⚠ .*"other-url".* unchanged\.$/),
  ])
  expect(why).toContain(' --mcp-url, --role.')
  expect(stdout).not.toContain('✔')
  expect(stderr).not.toContain('"other-url"')
  expect(fix).toBe(
    '  Fix  mcp-keycloak reset-realm --realm other-url --mcp-url http://localhost:9123/mcp --user bob:secret --role chief',
  )
  await cli(fix?.split('mcp-keycloak ')[1]?.split(' ') ?? [], { env: environment })
  const again = await up(...wanted)
  expect(again.stdout).toMatch(/^✔ .*\n(.*\n)*.*MCP URL +http:\/\/localhost:9123\/mcp\n/)
})

it('up names another realm for one that is not ours', async () => {
  const admin = await adminLogin({ ...keycloak, runtime: 'external' })
  await admin.realms.create({ realm: 'by-hand', enabled: true })
  const { difference } = await up(await config({ realm: 'by-hand', role: ['boss'] }))
  expect(difference).toMatchObject({
    fix: 'mcp-keycloak up --realm <name> --role boss',
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
    expect(stderr).toContain('"drifting"')
  })

  it('can still be exported, and up takes another file for it with a warning', async () => {
    const again = join(folder, 'again.json')
    const { missing, warnings } = await realmExport(await config(), { output: again })
    expect(missing).toEqual([])
    expect(warnings.join()).toMatch(/does not tell passwords.*"credentials": (testuser|testadmin)/)
    const report = await up(await config({ realmFile: again }))
    expect(report.realm).toBe('different')
    expect(report.difference?.options).toEqual(['--realm-file'])
    expect(report.warnings.join('\n')).toContain('not known')
  })

  it('is refused by realm diff, which names the file', async () => {
    const { exitCode, stdout, stderr } = await cli(['realm', 'diff', '--realm', 'drifting'], {
      env: environment,
    })
    expect([exitCode, stdout]).toEqual([2, ''])
    expect(stderr).toContain(realmFile)
  })
})

it('a missing realm is not reported as equal', async () => {
  const { exitCode, stderr } = await cli(['realm', 'diff', '--realm', 'nowhere'], { env: environment })
  expect(exitCode).toBe(3)
  expect(stderr).toContain('There is no realm "nowhere"')
})

it('an unmanaged realm is compared with the built-in one, with a warning', async () => {
  const admin = await adminLogin({ ...keycloak, runtime: 'external' })
  await admin.realms.create({ realm: 'foreign', enabled: true })
  const { drift, warnings } = await realmDiff(await externalConfig(keycloak, { realm: 'foreign' }))
  expect(drift.map(({ path }) => path)).toContain('clients[mcp-client]')
  expect(warnings).toEqual([expect.stringMatching(/"foreign".* built-in realm/)])
})
