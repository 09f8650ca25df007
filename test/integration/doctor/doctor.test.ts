import { afterAll, beforeAll, describe, expect, it, onTestFailed } from 'vitest'

import { REPAIRS } from '../../../src/doctor/check.ts'
import { EXIT_CODES } from '../../../src/errors.ts'
import type { Admin } from '../../../src/keycloak/admin.ts'
import { type DoctorReport, doctor, doctorReportSchema } from '../../../src/operations/doctor/doctor.ts'
import { applyDoctorFix, type DoctorFixPlan } from '../../../src/operations/doctor/doctor-fix.ts'
import { findRealm } from '../../../src/provisioning/find-realm.ts'
import { externalConfig } from '../../helpers/keycloak/external-config.ts'
import { sharedKeycloak } from '../../helpers/keycloak/own-keycloak.ts'
import { type TestRealm, testRealm } from '../../helpers/keycloak/test-realm.ts'
import { cli } from '../../helpers/program/cli.ts'
import { inOrder } from '../../helpers/suite/in-order.ts'
import { POLICIES } from '../../unit/support/base-realm.ts'

inOrder('the last test removes a user, whom only a reset brings back')

const NAME = 'ailing'

const keycloak = sharedKeycloak()
const config = await externalConfig(keycloak, { realm: NAME })
let realm: TestRealm
let admin: Admin
beforeAll(async () => {
  realm = await testRealm(NAME)
})
afterAll(() => realm[Symbol.asyncDispose]())

/** What was found, what was put right, and what was found then. */
async function fixed(
  client = 'codex',
): Promise<{ ill: DoctorReport; plan: DoctorFixPlan; healed: DoctorReport }> {
  let before: { ill: DoctorReport; plan: DoctorFixPlan } | undefined
  const fix = async (plan: DoctorFixPlan, ill: DoctorReport) => {
    before = { ill, plan }
  }
  const healed = await doctor(config, { client, fix })
  if (!before) throw new Error(`nothing could be put right: ${JSON.stringify(named(healed, 'fail'))}`)
  return { ...before, healed }
}

/** The checks that ended in this way, but for those of this machine and for the drift that every change is. */
function named(report: DoctorReport, ...statuses: readonly string[]): readonly string[] {
  return report.checks
    .filter(({ group, name, status }) => group !== 'machine' && name !== 'drift' && statuses.includes(status))
    .map(({ name }) => name)
}

function find(report: DoctorReport, name: string): DoctorReport['checks'][number] {
  const found = report.checks.find((check) => check.name === name)
  if (!found) throw new Error(`there is no check "${name}"`)
  return found
}

describe('a realm that is all right', () => {
  it('doctor finds no fault in a new realm and leaves no client', async () => {
    const before = await realm.countClients()
    const report = doctorReportSchema.parse(await doctor(config))
    expect(named(report, 'warn', 'fail')).toEqual([])
    expect(find(report, 'drift')).toMatchObject({ status: 'ok' })
    expect(named(report, 'ok')).toEqual(
      expect.arrayContaining([
        'clock',
        'version',
        'claims',
        'browser',
        'client-claude-code',
        'client-mcp-remote',
      ]),
    )
    expect(report.healthy).toBe(true)
    expect(await realm.countClients()).toBe(before)
  })

  it('doctor --json prints one value that fits its schema', async () => {
    const { exitCode, stdout, stderr } = await doctorCommand(['--client', 'inspector', '--json'])
    expect([exitCode, stderr]).toEqual([EXIT_CODES.done, ''])
    const { checks } = doctorReportSchema.parse(JSON.parse(stdout))
    const clients = checks.filter(({ group }) => group === 'clients').map(({ name }) => name)
    expect(clients).toEqual(['client-inspector', 'browser'])
  })

  it('doctor prints a line for each check', async () => {
    const { exitCode, stdout } = await doctorCommand(['--client', 'cursor'])
    expect(exitCode, stdout).toBe(EXIT_CODES.done)
    expect(stdout).toMatch(/^Server\n {2}✔ Health +http/m)
    expect(stdout).toMatch(/^Clients\n {2}✔ Cursor +.*testadmin/m)
    expect(stdout).toMatch(/✔ .* \d+ checks, \d+ /)
  })
})

describe('a realm that was changed in the console', () => {
  it.each(batches())('reports $fault, and --fix repairs it', async (batch) => {
    // What one case leaves ill is no fault of the next.
    onTestFailed(async () => applyDoctorFix(config, await findRealm(config), { repairs: REPAIRS }), 30_000)
    admin = await realm.admin()
    for (const { damage } of batch.breakages) await damage()
    const { ill, plan, healed } = await fixed(batch.breakages[0]?.client)
    const faults = batch.breakages.flatMap(({ check, felt = [] }) => [check, ...felt])
    expect([...named(ill, 'fail')].sort(), JSON.stringify(ill.checks)).toEqual(faults.sort())
    for (const { check, says } of batch.breakages)
      expect(find(ill, check)).toMatchObject({
        what: expect.stringMatching(says),
        fix: expect.stringContaining(`doctor --realm ${NAME} --fix`),
      })
    expect(find(ill, 'drift').status).toBe('warn')
    expect(ill.healthy).toBe(false)
    expect(healed.fixed).toEqual(plan.changes.map(({ path }) => path))
    for (const { changes } of batch.breakages) expect(healed.fixed?.join()).toMatch(changes)
    expect(named(healed, 'warn', 'fail')).toEqual([])
    expect(find(healed, 'drift'), JSON.stringify(find(healed, 'drift'))).toMatchObject({ status: 'ok' })
  })

  it('doctor --fix keeps additions by others', async () => {
    admin = await realm.admin()
    const added = 'http://localhost:9999/added'
    const [client] = await admin.clients.find({ realm: NAME, clientId: 'mcp-client' })
    const id = client?.id ?? ''
    const { policies = [] } = await admin.clientPolicies.listPolicies({ realm: NAME })
    const narrowed = policies.map((policy) => ({
      ...policy,
      enabled: false,
      conditions: [
        ...(policy.conditions ?? []),
        { condition: 'client-roles', configuration: { roles: ['added'] } },
      ],
    }))
    await admin.clients.update(
      { realm: NAME, id },
      { ...client, enabled: false, redirectUris: [...(client?.redirectUris ?? []), added] },
    )
    await admin.clientPolicies.updatePolicy({ realm: NAME, policies: narrowed })
    const { plan } = await fixed()
    const removed = plan.changes.filter(({ path }) => /redirectUris|conditions/.test(path))
    expect(removed).toEqual([])
    expect(await admin.clients.findOne({ realm: NAME, id })).toMatchObject({
      enabled: true,
      redirectUris: expect.arrayContaining([added, 'http://localhost:3118/callback']),
    })
    const mended = (await admin.clientPolicies.listPolicies({ realm: NAME })).policies ?? []
    expect(mended.map(({ enabled }) => enabled)).not.toContain(false)
    expect(mended.map(({ conditions }) => conditions?.map(({ condition }) => condition))).toEqual(
      policies.map(({ conditions = [] }) => [
        ...conditions.map(({ condition }) => condition),
        'client-roles',
      ]),
    )
    await admin.clients.update({ realm: NAME, id }, { ...client })
    await admin.clientPolicies.updatePolicy({ realm: NAME, policies })
  })

  it('is cured from the command line, which shows what it does', async () => {
    admin = await realm.admin()
    await changeUser({ requiredActions: ['UPDATE_PASSWORD'] })
    const asked = await doctorCommand(['--client', 'codex', '--fix'])
    expect(asked.exitCode).toBe(EXIT_CODES.badInput)
    expect(asked.stderr).toMatch(
      /testadmin .*UPDATE_PASSWORD.*users\[testadmin\]\.requiredActions.*--fix .*\[USAGE_INVALID\]/s,
    )
    const { exitCode, stdout, stderr } = await doctorCommand(['--client', 'codex', '--fix', '--yes'])
    expect(exitCode, stdout).toBe(EXIT_CODES.done)
    expect(stderr).toContain(`users[testadmin].requiredActions`)
    expect(stdout).toContain('1 setting put right before')
  })

  it('is ill with exit 6, and each fault has its why and its fix', async () => {
    admin = await realm.admin()
    await policyConfig('trusted-hosts', (config) => ({
      ...config,
      'trusted-hosts': config['trusted-hosts']?.filter((host) => host !== 'opencode.ai') ?? [],
    }))
    const { exitCode, stdout } = await doctorCommand(['--client', 'opencode'])
    expect(exitCode).toBe(EXIT_CODES.faultFound)
    expect(stdout).toMatch(
      /✘ Trusted hosts +opencode\.ai is not trusted\n +Why {2}OpenCode cannot register.*\n +Fix {2}mcp-keycloak/,
    )
    expect(stdout).toMatch(
      /✘ OpenCode +was refused: opencode\.ai is not trusted\n +Why .*Trusted Hosts.*\n +Fix {2}mcp-keycloak doctor --data-folder \S+ --realm ailing --fix/,
    )
    await fixed('opencode')
  })

  it('doctor warns about a client limit that is nearly reached', async () => {
    admin = await realm.admin()
    const total = await realm.countClients()
    await policyConfig('max-clients', (config) => ({ ...config, 'max-clients': [String(total + 1)] }))
    expect(find(await doctor(config, { client: 'codex' }), 'client-limit')).toMatchObject({ status: 'warn' })
    await policyConfig('max-clients', (config) => ({ ...config, 'max-clients': [String(total)] }))
    const full = await doctor(config, { client: 'codex' })
    expect(named(full, 'fail')).toEqual(['client-limit', 'client-codex'])
    expect(find(full, 'client-codex').why).toContain('Max Clients Limit')
    await policyConfig('max-clients', (config) => ({ ...config, 'max-clients': ['1000'] }))
  })

  it('reports that a removed user requires a new realm', async () => {
    admin = await realm.admin()
    const [user] = await admin.users.find({ realm: NAME, username: 'testuser', exact: true })
    await admin.users.del({ realm: NAME, id: user?.id ?? '' })
    const report = await doctor(config, { client: 'codex' })
    expect(find(report, 'users')).toMatchObject({
      status: 'fail',
      what: 'testuser is gone',
      fix: `mcp-keycloak reset-realm --realm ${NAME}`,
    })
  })
})

/** What somebody does, which check says so and in which words, what else feels it, and what `--fix` changes. */
interface Breakage {
  readonly fault: string
  readonly damage: () => Promise<unknown>
  readonly check: string
  readonly says: RegExp
  readonly felt?: readonly string[]
  readonly client?: string
  readonly changes: RegExp
}

/** Each breakage that a client feels, and at once those that none feels, of each check one. */
function batches(): readonly { readonly fault: string; readonly breakages: readonly Breakage[] }[] {
  const all = breakages()
  const unfelt = all.filter(({ felt }) => felt === undefined)
  const atOnce = unfelt.filter(({ check }, at) => unfelt.findIndex((one) => one.check === check) === at)
  const alone = all.filter((one) => !atOnce.includes(one)).map((one) => [one])
  return [...alone, atOnce].map((some) => ({
    fault: some.map(({ fault }) => fault).join(', '),
    breakages: some,
  }))
}

function breakages(): readonly Breakage[] {
  return [
    {
      fault: 'a trusted host is removed',
      damage: () =>
        policyConfig('trusted-hosts', (config) => ({
          ...config,
          'trusted-hosts': config['trusted-hosts']?.filter((host) => host !== 'code.visualstudio.com') ?? [],
        })),
      check: 'trusted-hosts',
      says: /^code\.visualstudio\.com is not trusted$/,
      felt: ['client-vscode'],
      client: 'vscode',
      changes: /ClientRegistrationPolicy\[trusted-hosts anonymous\]\.config\.trusted-hosts/,
    },
    {
      fault: 'an entry can never match a host',
      damage: () =>
        policyConfig('trusted-hosts', (config) => ({
          ...config,
          'trusted-hosts': [...(config['trusted-hosts'] ?? []), 'http://example.com:3000'],
        })),
      check: 'trusted-hosts',
      says: /^"http:\/\/example\.com:3000" can never match a host$/,
      changes: /trusted-hosts/,
    },
    {
      fault: 'a policy is removed',
      damage: async () =>
        admin.components.del({ realm: NAME, id: (await policy('allowed-client-templates')).id }),
      check: 'registration-policies',
      says: /^missing: "Allowed Client Scopes" \(anonymous\)$/,
      changes: /allowed-client-templates/,
    },
    {
      fault: 'a policy is added',
      damage: () =>
        admin.components.create({
          realm: NAME,
          name: 'Nobody',
          providerId: 'client-disabled',
          providerType: POLICIES,
          subType: 'anonymous',
          config: {},
        }),
      check: 'registration-policies',
      says: /^not of the file: "Nobody" \(anonymous\)$/,
      felt: ['client-codex'],
      changes: /client-disabled/,
    },
    {
      fault: "Inspector's origin is removed",
      damage: () =>
        policyConfig('registration-web-origins', () => ({ 'web-origins': ['http://localhost:6274'] })),
      check: 'web-origins',
      says: /^http:\/\/127\.0\.0\.1:6274 may not register$/,
      felt: ['browser'],
      client: 'inspector',
      changes: /registration-web-origins/,
    },
    {
      fault: 'the audience mapper is removed',
      damage: async () => {
        const { id, protocolMappers } = await scope('basic')
        const mapperId = protocolMappers.find(({ name }) => name === 'MCP server audience')?.id ?? ''
        await admin.clientScopes.delProtocolMapper({ realm: NAME, id, mapperId })
      },
      check: 'claims',
      says: /^the mapper "MCP server audience" of the scope "basic" is gone$/,
      felt: ['client-codex'],
      changes: /clientScopes\[basic\]/,
    },
    {
      fault: 'an internal scope is shown',
      damage: async () => {
        const { id, attributes, ...others } = await scope('service_account')
        const shown = { ...attributes, 'include.in.openid.provider.metadata': 'true' }
        await admin.clientScopes.update({ realm: NAME, id }, { ...others, attributes: shown })
      },
      check: 'hidden-scopes',
      says: /^the metadata name service_account, which no client may register with$/,
      changes: /clientScopes\[service_account\]/,
    },
    {
      fault: 'a scope is removed',
      damage: async () => admin.clientScopes.del({ realm: NAME, id: (await scope('offline_access')).id }),
      check: 'scopes',
      says: /offline_access is gone/,
      felt: ['client-codex'],
      changes: /offline_access/,
    },
    {
      fault: 'a role is removed',
      damage: () => admin.roles.delByName({ realm: NAME, name: 'admin' }),
      check: 'roles',
      says: /^admin is gone$/,
      felt: ['client-codex'],
      changes: /roles\.realm\[admin\]/,
    },
    {
      fault: 'a user has something to do first',
      damage: () => changeUser({ requiredActions: ['UPDATE_PASSWORD'] }),
      check: 'users',
      says: /^testadmin has to do UPDATE_PASSWORD first$/,
      felt: ['client-codex'],
      changes: /users\[testadmin\]\.requiredActions/,
    },
    {
      fault: 'a client is switched off',
      damage: async () => {
        const [client] = await admin.clients.find({ realm: NAME, clientId: 'mcp-client' })
        await admin.clients.update({ realm: NAME, id: client?.id ?? '' }, { ...client, enabled: false })
      },
      check: 'clients',
      says: /^mcp-client has another enabled$/,
      changes: /clients\[mcp-client\]\.enabled/,
    },
    {
      fault: 'a client loses a scope',
      damage: async () => {
        const [client] = await admin.clients.find({ realm: NAME, clientId: 'http://localhost:8000/mcp' })
        const clientScopeId = (await scope('basic')).id
        await admin.clients.delDefaultClientScope({ realm: NAME, id: client?.id ?? '', clientScopeId })
      },
      check: 'clients',
      says: /^http:\/\/localhost:8000\/mcp has another defaultClientScopes$/,
      changes: /clients\[http:\/\/localhost:8000\/mcp\]\.defaultClientScopes/,
    },
    {
      fault: 'tokens are given without a login',
      damage: async () => {
        const { policies = [] } = await admin.clientPolicies.listPolicies({ realm: NAME })
        const kept = policies.filter(({ name }) => name !== 'no-token-without-login')
        await admin.clientPolicies.updatePolicy({ realm: NAME, policies: kept })
      },
      check: 'client-policies',
      says: /^changed since the realm was created: no-token-without-login$/,
      changes: /clientPolicies/,
    },
  ]
}

function doctorCommand(args: readonly string[]) {
  return cli(['doctor', '--realm', NAME, '--data-folder', keycloak.dataFolder, ...args], {
    env: {
      MCP_KEYCLOAK_KEYCLOAK_URL: keycloak.url,
      MCP_KEYCLOAK_ADMIN_USERNAME: keycloak.admin.username,
      MCP_KEYCLOAK_ADMIN_PASSWORD: keycloak.admin.password,
    },
  })
}

async function policy(providerId: string) {
  const components = await admin.components.find({ realm: NAME, type: POLICIES })
  const found = components.find((one) => one.providerId === providerId && one.subType === 'anonymous')
  return { ...found, id: found?.id ?? '', config: (found?.config ?? {}) as Record<string, string[]> }
}

async function policyConfig(
  providerId: string,
  change: (config: Readonly<Record<string, string[]>>) => Record<string, string[]>,
): Promise<void> {
  const { id, ...found } = await policy(providerId)
  await admin.components.update({ realm: NAME, id }, { ...found, id, config: change(found.config) })
}

async function scope(name: string) {
  const found = (await admin.clientScopes.find({ realm: NAME })).find((one) => one.name === name)
  return { ...found, id: found?.id ?? '', protocolMappers: found?.protocolMappers ?? [] }
}

async function changeUser(change: Readonly<Record<string, unknown>>): Promise<void> {
  const [user] = await admin.users.find({
    realm: NAME,
    username: 'testadmin',
    exact: true,
    briefRepresentation: false,
  })
  await admin.users.update({ realm: NAME, id: user?.id ?? '' }, { ...user, ...change })
}
