import { setTimeout as sleep } from 'node:timers/promises'

import { describe, expect, it } from 'vitest'

import { resolveConfig } from '../../../src/config/resolve.ts'
import { EXIT_CODES } from '../../../src/errors.ts'
import { type DoctorReport, doctor, doctorReportSchema } from '../../../src/operations/doctor/doctor.ts'
import { externalConfig } from '../../helpers/keycloak/external-config.ts'
import { sharedKeycloak } from '../../helpers/keycloak/own-keycloak.ts'
import { sharedAdmin, testRealm } from '../../helpers/keycloak/test-realm.ts'
import { start } from '../../helpers/program/cli.ts'
import { deadUrl } from '../../unit/support/local-server.ts'

const keycloak = sharedKeycloak()
const external = { MCP_KEYCLOAK_KEYCLOAK_URL: keycloak.url, MCP_KEYCLOAK_DATA_FOLDER: keycloak.dataFolder }
const asAdmin = {
  ...external,
  MCP_KEYCLOAK_ADMIN_USERNAME: keycloak.admin.username,
  MCP_KEYCLOAK_ADMIN_PASSWORD: keycloak.admin.password,
}

/** How each check of a report ended, but for those of this machine. */
function statuses(report: DoctorReport): Readonly<Record<string, string>> {
  const checks = report.checks.filter(({ group }) => group !== 'machine')
  return Object.fromEntries(checks.map(({ name, status }) => [name, status]))
}

const find = ({ checks }: DoctorReport, name: string) => checks.find((check) => check.name === name)

async function withoutAdmin(realm: string) {
  return (await resolveConfig({ flags: { realm }, env: external, cwd: keycloak.dataFolder })).config
}

describe('an external Keycloak without an administrator', () => {
  it('is looked at from outside; what cannot be seen is said', async () => {
    await using realm = await testRealm('from-outside')
    const report = await doctor(await withoutAdmin(realm.name))
    const found = statuses(report)
    expect(Object.entries(found).filter(([, status]) => status === 'fail' || status === 'warn')).toEqual([])
    expect(found).toMatchObject({
      ...{
        health: 'ok',
        'host-name': 'ok',
        metadata: 'ok',
        'mcp-url': 'ok',
        browser: 'ok',
        'client-codex': 'ok',
      },
      ...{ administrator: 'skip', version: 'skip', 'trusted-hosts': 'skip', users: 'skip', drift: 'skip' },
    })
    expect(find(report, 'users')).toMatchObject({
      fix: expect.stringContaining('MCP_KEYCLOAK_ADMIN_PASSWORD'),
    })
    expect(await realm.countClients()).toBe(8)
  })

  it('doctor skips registrations that a strict external realm refuses', async () => {
    await using realm = await testRealm('strict-outside', { with: ['strict'] })
    const outside = await doctor(await withoutAdmin(realm.name), { client: 'inspector' })
    expect(statuses(outside)).toMatchObject({ browser: 'skip', 'client-inspector': 'skip' })
    const inside = await doctor(await externalConfig(keycloak, { realm: realm.name }), {
      client: 'inspector',
    })
    expect(Object.values(statuses(inside))).not.toContain('fail')
    expect(statuses(inside)).toMatchObject({ browser: 'ok', 'client-inspector': 'ok', drift: 'ok' })
  })

  it('that has no such realm: says that, and skips what needs one', async () => {
    const report = await doctor(await withoutAdmin('nowhere'), { client: 'codex' })
    expect(find(report, 'metadata')).toMatchObject({
      status: 'fail',
      what: `${keycloak.url}/realms/nowhere is not there`,
    })
    expect(find(report, 'client-codex')).toMatchObject({ status: 'skip', fix: 'See "Metadata" above.' })
  })

  it('doctor reports an external Keycloak that does not answer, and checks nothing else', async () => {
    const config = { ...(await withoutAdmin('nowhere')), keycloakUrl: await deadUrl() }
    const report = await doctor(config)
    expect(Object.entries(statuses(report)).filter(([, status]) => status !== 'skip')).toEqual([
      ['health', 'fail'],
    ])
    expect(find(report, 'health')?.why).toContain('ECONNREFUSED')
  })
})

describe('an administrator', () => {
  it('a refused administrator is a fault, and the password is not shown', async () => {
    const config = {
      ...(await externalConfig(keycloak, { realm: keycloak.realm })),
      adminPassword: 'wrong-on-purpose',
    }
    const report = await doctor(config, { client: 'codex', mcpServers: ['http://127.0.0.1:9/mcp'] })
    expect(find(report, 'administrator')).toMatchObject({
      status: 'fail',
      fix: expect.stringContaining('ADMIN_PASSWORD'),
    })
    expect(find(report, 'mcp-server')).toMatchObject({ status: 'fail', repair: null })
    expect(find(report, 'roles')).toMatchObject({ status: 'skip', fix: 'See "Administrator" above.' })
    expect(find(report, 'client-codex')).toMatchObject({ status: 'ok' })
    expect(JSON.stringify(report)).not.toContain('wrong-on-purpose')
  })
})

describe('a realm that is not managed', () => {
  it("doctor checks an unmanaged realm for clients' needs and names each culprit", async () => {
    const { realms } = await sharedAdmin()
    await realms.create({ realm: 'bare', enabled: true })
    const report = await doctor(await externalConfig(keycloak, { realm: 'bare' }), { client: 'opencode' })
    await (await sharedAdmin()).realms.del({ realm: 'bare' })
    expect(statuses(report)).toMatchObject({
      'registration-policies': 'skip',
      drift: 'skip',
      'trusted-hosts': 'fail',
    })
    expect(find(report, 'roles')?.why).toContain('"bare"')
    expect(find(report, 'client-opencode')).toMatchObject({
      status: 'fail',
      why: expect.stringMatching(/'(Trusted Hosts|Allowed Client Scopes)'/), // whichever of its policies is asked first
      fix: expect.stringContaining('Admin console'),
    })
  })
})

it('Ctrl-C while clients are played: they are removed, exit 130', async () => {
  await using realm = await testRealm('interrupted')
  const before = await realm.countClients()
  const run = start(['doctor', '--realm', realm.name], { env: asAdmin })
  let isOver = false
  void run.finally(() => {
    isOver = true
  })
  while (!isOver && (await realm.countClients()) === before) await sleep(50)
  run.kill('SIGINT')
  const { exitCode, stdout, stderr } = await run
  expect([exitCode, stdout], stderr).toEqual([EXIT_CODES.interrupted, ''])
  expect(await realm.countClients()).toBe(before)
})

it('tells an MCP URL that no token is for', async () => {
  const mcpUrl = `http://localhost:8000/mcp/`
  const report = await doctor(await externalConfig(keycloak, { realm: keycloak.realm, mcpUrl: [mcpUrl] }), {
    client: 'codex',
  })
  expect(doctorReportSchema.parse(report).healthy).toBe(false)
  expect(find(report, 'mcp-url')).toMatchObject({
    status: 'fail',
    why: expect.stringContaining('slash'),
  })
})
