import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { NO_REALM_OPTIONS } from '../../../src/config/realm-options.ts'
import type { Config } from '../../../src/config/schema.ts'
import { resetRealm } from '../../../src/operations/reset-realm.ts'
import { up } from '../../../src/operations/up.ts'
import { BASE_REALM_FILE, loadRealm } from '../../../src/realm/load.ts'
import { renderRealm } from '../../../src/realm/render.ts'
import { externalConfig } from '../../helpers/keycloak/external-config.ts'
import { sharedKeycloak } from '../../helpers/keycloak/own-keycloak.ts'
import { sharedAdmin } from '../../helpers/keycloak/test-realm.ts'

const keycloak = sharedKeycloak()
const REALM = 'no-ids'

let folder: string
let config: Config

/** A realm made from a file without ids, as `realm export` writes it. */
beforeAll(async () => {
  folder = await mkdtemp(join(keycloak.dataFolder, 'realm-'))
  const file = join(folder, 'mine.json')
  const own = renderRealm(await loadRealm(BASE_REALM_FILE), { ...NO_REALM_OPTIONS, realm: REALM })
  const users = own.users?.map(({ id: _, ...user }) => user)
  await writeFile(file, JSON.stringify({ ...own, users }))
  config = await externalConfig(keycloak, { realm: REALM, proof: false, realmFile: file })
  await up({ ...config, with: ['service-account'] })
})
afterAll(async () => {
  await (await sharedAdmin()).realms.del({ realm: REALM })
  await rm(folder, { recursive: true })
})

describe('reset-realm', () => {
  it('a reset keeps the ids of users and service accounts without one in the file', async () => {
    const before = await users()
    await resetRealm(config)
    expect(await users()).toEqual(before)
    expect(before.map(({ username }) => username)).toContain('service-account-service-account')
    await resetRealm(config, { hard: true })
    expect((await users()).map(({ id }) => id)).not.toEqual(before.map(({ id }) => id))
  })

  it('says that the signing key is not kept when it is on another machine', async () => {
    const elsewhere = { ...config, dataFolder: join(folder, 'elsewhere') }
    const planned = await resetRealm(elsewhere, { dryRun: true })
    expect(planned.kept.signingKey).toBe(false)
    expect(planned.warnings).toEqual([expect.stringMatching(`"${REALM}" .* signing key`)])
    const before = await kids()
    expect(await resetRealm(elsewhere)).toMatchObject({
      kept: { signingKey: false },
      warnings: planned.warnings,
    })
    expect(await kids()).not.toEqual(before)
    expect(await resetRealm(elsewhere)).toMatchObject({ kept: { signingKey: true }, warnings: [] })
    expect((await resetRealm(config)).kept.signingKey).toBe(false)
  })

  it('that is interrupted has deleted nothing', async () => {
    const before = await users()
    const interrupt = new AbortController()
    const onStep = () => interrupt.abort()
    await expect(resetRealm(config, { signal: interrupt.signal, onStep })).rejects.toMatchObject({
      code: 'INTERRUPTED',
    })
    expect(await users()).toEqual(before)
  })

  it('that is interrupted while there is no realm makes it first', async () => {
    const interrupt = new AbortController()
    const report = await resetRealm(config, {
      signal: interrupt.signal,
      uninterrupted: (work) => {
        interrupt.abort()
        return work()
      },
    })
    expect(report.dryRun).toBe(false)
    expect((await users()).length).toBeGreaterThan(0)
  })
})

async function users() {
  const admin = await sharedAdmin()
  const people = await admin.users.find({ realm: REALM })
  const clients = await admin.clients.find({ realm: REALM })
  const accounts = clients
    .filter(({ serviceAccountsEnabled }) => serviceAccountsEnabled)
    .map(({ id = '' }) => admin.clients.getServiceAccountUser({ realm: REALM, id }))
  const all = [...people, ...(await Promise.all(accounts))]
  return Promise.all(
    all.map(async ({ id = '', username, enabled, email, serviceAccountClientId }) => {
      const roles = await admin.users.listCompositeRealmRoleMappings({ realm: REALM, id })
      const names = roles.map(({ name }) => name).sort()
      return { id, username, enabled, email, serviceAccountClientId, roles: names }
    }),
  )
}

async function kids(): Promise<readonly string[]> {
  const url = `${keycloak.url}/realms/${REALM}/protocol/openid-connect/certs`
  const { keys } = (await (await fetch(url)).json()) as { keys: { kid: string }[] }
  return keys.map(({ kid }) => kid)
}
