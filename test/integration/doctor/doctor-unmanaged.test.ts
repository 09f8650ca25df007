import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { exportRealm } from '../../../src/keycloak/export-realm.ts'
import { type DoctorOptions, type DoctorReport, doctor } from '../../../src/operations/doctor/doctor.ts'
import type { DoctorFixPlan } from '../../../src/operations/doctor/doctor-fix.ts'
import { withoutTransient } from '../../../src/realm/compare/comparable.ts'
import { driftBetween } from '../../../src/realm/compare/drift.ts'
import { items } from '../../../src/realm/lists.ts'
import { loadRealm } from '../../../src/realm/load.ts'
import { externalConfig } from '../../helpers/keycloak/external-config.ts'
import { sharedKeycloak } from '../../helpers/keycloak/own-keycloak.ts'
import { sharedAdmin } from '../../helpers/keycloak/test-realm.ts'
import { inOrder } from '../../helpers/suite/in-order.ts'

inOrder('each test begins with the realm that the one before has left')

const realm = 'product'
const config = await externalConfig(sharedKeycloak(), { realm })

const CLOSED = {
  name: 'Disabled',
  providerId: 'client-disabled',
  subType: 'anonymous',
  providerType: 'org.keycloak.services.clientregistration.policy.ClientRegistrationPolicy',
}

beforeAll(async () => {
  const admin = await sharedAdmin()
  const team = await loadRealm('test/fixtures/realm-files/team.json')
  await admin.realms.create({ ...team, realm, notBefore: 1_700_000_000 } as never)
  await admin.components.create({ realm, ...CLOSED })
  await admin.clients.create({ realm, clientId: 'nightly', serviceAccountsEnabled: true, secret: 's3cret' })
})
afterAll(async () => {
  await (await sharedAdmin()).realms.del({ realm })
})

async function fix(options: Partial<DoctorOptions> = {}) {
  const plans: DoctorFixPlan[] = []
  const approve = async (plan: DoctorFixPlan) => {
    plans.push(plan)
  }
  const report = await doctor(config, { client: 'opencode', fix: approve, ...options })
  return { report, plans }
}

const needs = ({ checks }: DoctorReport) => checks.find(({ name }) => name === 'mcp-needs')
const exported = async () => withoutTransient(await exportRealm(await sharedAdmin(), realm))

describe('doctor --fix in a realm that is not managed', () => {
  it('adds what MCP needs, and removes nothing', async () => {
    const before = await exported()
    const { report, plans } = await fix()
    const after = await exported()
    expect(plans[0]?.additions?.added.map(({ need }) => need.name)).toEqual(
      expect.arrayContaining(['trusted-hosts', 'audience', 'pkce', 'login-only']),
    )
    expect(report.fixed?.length).toBeGreaterThan(10)
    expect(needs(report)).toMatchObject({
      status: 'fail',
      why: expect.stringMatching(/Senders of registrations.*Enabled clients/s),
    })
    expect(driftBetween(before, after).filter(({ kind }) => kind === 'removed')).toEqual([])
    expect(after).toMatchObject({ notBefore: 1_700_000_000 })
    expect(JSON.stringify(after.attributes)).not.toContain('mcp-keycloak')
    expect(items(after.clients).find(({ clientId }) => clientId === 'nightly')).toMatchObject({
      secret: 's3cret',
    })
  })

  it('changes nothing the second time, and loosens nothing without an approval', async () => {
    const before = await exported()
    const { report, plans } = await fix({ loosen: async () => false })
    expect([report.fixed, plans]).toEqual([[], []])
    expect(await exported()).toEqual(before)
  })

  it('loosens a stricter setting that was approved', async () => {
    const { report } = await fix({ loosen: async () => true })
    expect(needs(report)).toMatchObject({ status: 'ok' })
    expect(report.checks.find(({ name }) => name === 'client-opencode')).toMatchObject({ status: 'ok' })
  })

  it('keeps the passwords of users and the secrets of clients', async () => {
    const { url } = sharedKeycloak()
    const body = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: 'nightly',
      client_secret: 's3cret',
    })
    const answer = await fetch(`${url}/realms/${realm}/protocol/openid-connect/token`, {
      method: 'POST',
      body,
    })
    expect(answer.status).toBe(200)
    const admin = await sharedAdmin()
    const [user] = await admin.users.find({ realm, max: 1 })
    expect(await admin.users.getCredentials({ realm, id: user?.id ?? '' })).toMatchObject([
      { type: 'password' },
    ])
  })

  it('changes nothing without an administrator, and says why', async () => {
    const { adminPassword: _, ...outside } = config
    const plans: unknown[] = []
    const report = await doctor(outside as typeof config, {
      client: 'opencode',
      fix: async (plan) => {
        plans.push(plan)
      },
    })
    expect([report.fixed, plans]).toEqual([[], []])
    expect(report.checks.find(({ name }) => name === 'fix')?.why).toContain('administrator')
  })
})
