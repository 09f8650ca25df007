import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { NO_REALM_OPTIONS } from '../../../src/config/realm-options.ts'
import type { Config } from '../../../src/config/schema.ts'
import { missingFeatures } from '../../../src/config/server.ts'
import { McpKeycloakError } from '../../../src/errors.ts'
import { type Admin, adminLogin } from '../../../src/keycloak/admin.ts'
import { realmDiff } from '../../../src/operations/realm/realm-diff.ts'
import { realmExport } from '../../../src/operations/realm/realm-export.ts'
import { up } from '../../../src/operations/up.ts'
import { findRealm } from '../../../src/provisioning/find-realm.ts'
import { readMade } from '../../../src/provisioning/made-realm.ts'
import { blankRealm, cleanRealm } from '../../../src/realm/compare/clean.ts'
import { declaredIn, withoutUserIds } from '../../../src/realm/compare/comparable.ts'
import { driftBetween } from '../../../src/realm/compare/drift.ts'
import { BASE_REALM_FILE, loadRealm } from '../../../src/realm/load.ts'
import { loadOverlay, overlayNames } from '../../../src/realm/load-overlay.ts'
import type { Json } from '../../../src/realm/overlay.ts'
import { renderRealm } from '../../../src/realm/render.ts'
import type { Realm } from '../../../src/realm/schema.ts'
import { clickAbout } from '../../helpers/keycloak/click-about.ts'
import { externalConfig, externalEnvironment } from '../../helpers/keycloak/external-config.ts'
import { sharedKeycloak } from '../../helpers/keycloak/own-keycloak.ts'
import { cli } from '../../helpers/program/cli.ts'
import { combinations } from '../../helpers/suite/combinations.ts'
import { inOrder } from '../../helpers/suite/in-order.ts'

inOrder('the first group compares a realm that the last group clicks about in')

const keycloak = sharedKeycloak()
const REALM = 'clicked'

let folder: string
let config: Config
let admin: Admin
let available: readonly string[]

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mcp-keycloak-export-'))
  config = await externalConfig(keycloak, { realm: REALM, proof: false })
  await up(config)
  admin = await adminLogin({ ...keycloak, runtime: 'external' })
  const server = await findRealm(config)
  const names = (await overlayNames()).filter((name) => name !== 'none') // in each of them already
  const { features } = await server.self()
  available = names.filter((name) => missingFeatures([name], features).length === 0)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('right after up', () => {
  it('there is no difference, with any overlay and with all options', async () => {
    const mcpUrl = ['http://localhost:9000/mcp', 'http://localhost:9001/mcp']
    const all = {
      ...{ mcpUrl, scope: ['api:read:"Read it"'], role: ['boss'], user: ['bob:pw:boss'] },
      ...{ trustedHost: ['example.com'], origin: ['http://localhost:5173'], tokenLifespan: 60 },
      ...{ userAttribute: ['bob:shoe=43'], consent: false },
    }
    const each = [...available.map((name) => ({ with: [name] })), all]
    for (const [index, flags] of each.entries()) {
      const made = await externalConfig(keycloak, { realm: `fresh-${index}`, proof: false, ...flags })
      await up(made)
      const { drift } = await realmDiff(made)
      expect(drift, JSON.stringify(flags)).toEqual([])
      await admin.realms.del({ realm: `fresh-${index}` })
    }
  })
})

describe('an exported realm', () => {
  it('a realm with any pair of overlays is created again from its export', async () => {
    const server = await findRealm(config)
    const base = await loadRealm(BASE_REALM_FILE)
    const blank = await readMade(server, blankRealm(REALM), declaredIn(base))
    const check = async (combination: readonly string[]) => {
      const rendered = await renderedWith(base, combination)
      if (rendered === undefined) return // they contradict each other
      const stated = declaredIn(rendered)
      const made = withoutUserIds(await readMade(server, rendered, stated))
      const exported = cleanRealm(made, { blank, rendered })
      const again = renderRealm(exported, { ...NO_REALM_OPTIONS, realm: REALM })
      const madeAgain = withoutUserIds(await readMade(server, again, stated))
      expect(driftBetween(made, madeAgain), combination.join(' + ')).toEqual([])
    }
    const waiting = combinations(available).filter(
      ({ length }) => length === 0 || length === 2 || length >= available.length - 1,
    )
    const worker = async () => {
      for (let next = waiting.pop(); next; next = waiting.pop()) await check(next)
    }
    await Promise.all([worker(), worker(), worker()])
  })
})

describe('a realm that was changed in the admin console', () => {
  beforeAll(() => clickAbout(admin, REALM))

  it('differs in what was clicked, by name, and in nothing else', async () => {
    const { drift } = await realmDiff(config)
    expect(drift.map(({ kind, path }) => `${kind} ${path}`)).toMatchInlineSnapshot(`
      [
        "changed accessTokenLifespan",
        "added authenticationFlows[my browser Browser - Conditional 2FA]",
        "added authenticationFlows[my browser Browser - Conditional Organization]",
        "added authenticationFlows[my browser Organization]",
        "added authenticationFlows[my browser forms]",
        "added authenticationFlows[my browser]",
        "added authenticatorConfig[my browser browser-conditional-credential]",
        "changed browserFlow",
        "added clientScopes[orders:read]",
        "added clients[account].description",
        "changed clients[mcp-client].consentRequired",
        "changed clients[mcp-client].redirectUris",
        "added clients[shop]",
        "added clients[spa]",
        "removed components.org.keycloak.services.clientregistration.policy.ClientRegistrationPolicy[consent-required anonymous]",
        "changed components.org.keycloak.services.clientregistration.policy.ClientRegistrationPolicy[trusted-hosts anonymous].config.trusted-hosts",
        "added components.org.keycloak.userprofile.UserProfileProvider[declarative-user-profile]",
        "changed defaultOptionalClientScopes",
        "changed displayName",
        "removed eventsListeners",
        "added groups[staff]",
        "added identityProviders[hub]",
        "changed requiredActions[CONFIGURE_TOTP].enabled",
        "added roles.client.shop[buyer]",
        "added roles.realm[boss]",
        "added smtpServer.auth",
        "added smtpServer.from",
        "added smtpServer.host",
        "added smtpServer.password",
        "added smtpServer.user",
        "added users[carol]",
        "added users[service-account-shop]",
        "removed users[testadmin]",
        "changed users[testuser].firstName",
      ]
    `)
  })

  it('ends realm diff with 6, with the difference on stdout alone', async () => {
    const { exitCode, stdout } = await cli(['realm', 'diff', '--realm', REALM, '--json'], {
      env: externalEnvironment(keycloak),
    })
    expect(exitCode).toBe(6)
    expect(JSON.parse(stdout)).toMatchObject({ schemaVersion: 1, realm: REALM })
    const text = await cli(['realm', 'diff', '--realm', REALM], { env: externalEnvironment(keycloak) })
    expect(text.exitCode).toBe(6)
    expect(text.stdout).toContain('- users[testadmin]')
  })

  it('an export creates the same realm except for hidden secrets', async () => {
    const output = join(folder, 'clicked.json')
    const { missing, warnings } = await realmExport(config, { output })
    expect(missing).toEqual([
      'clients[account].description',
      'identityProviders[hub].config.clientSecret',
      'smtpServer.password',
    ])
    expect(warnings.join('\n')).toContain('carol')
    expect(await readFile(output, 'utf8')).not.toMatch(/very-secret|\*\*\*|"createdTimestamp"|"containerId"/)
    const again = await externalConfig(keycloak, { realm: 'clicked-again', realmFile: output })
    const warned = [expect.stringContaining('"carol" has no password'), expect.stringContaining('"hub"')]
    expect(await up(again)).toMatchObject({
      realm: 'created',
      proof: { username: 'testuser' },
      warnings: warned,
    })
    expect((await realmDiff(again)).drift).toEqual([])
  })

  it('an overlay export has all changes except removals', async () => {
    const output = join(folder, 'overlay.json')
    const { realm, missing } = await realmExport(config, { overlay: true, output })
    expect(missing).toEqual(
      expect.arrayContaining(['clients[mcp-client].redirectUris', 'users[testadmin]', 'eventsListeners']),
    )
    expect((realm.clients as Json[]).map(({ clientId }) => clientId)).toEqual(['mcp-client', 'shop', 'spa'])
    expect(realm.realm).toBeUndefined()
    const again = await externalConfig(keycloak, { realm: 'overlaid', with: [output] })
    expect(await up(again)).toMatchObject({ realm: 'created', proof: { username: 'testuser' } })
    expect((await realmDiff(again)).drift).toEqual([])
  })

  it('leaves no temporary realm behind', async () => {
    const names = (await admin.realms.find({ briefRepresentation: true })).map(({ realm = '' }) => realm)
    expect(names.filter((name) => name.startsWith('mcp-keycloak-temporary'))).toEqual([])
  })
})

it('realm render needs no server, and prints a file that can be applied', async () => {
  const { exitCode, stdout } = await cli(['realm', 'render', '--realm', 'rendered', '--scope', 'api:read'])
  expect(exitCode).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ realm: 'rendered' })
})

async function renderedWith(base: Realm, names: readonly string[]): Promise<Realm | undefined> {
  const overlays = await Promise.all(names.map((name) => loadOverlay(name, base.realm)))
  try {
    return renderRealm(base, { ...NO_REALM_OPTIONS, realm: REALM }, overlays)
  } catch (error) {
    if (error instanceof McpKeycloakError && error.code === 'REALM_INVALID') return undefined
    throw error
  }
}
