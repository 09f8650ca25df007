import { access, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { execa } from 'execa'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { NO_REALM_OPTIONS } from '../../../src/config/realm-options.ts'
import { externalKeycloak } from '../../../src/instance/instance.ts'
import { realmAdopt } from '../../../src/operations/realm/realm-adopt.ts'
import { liveRealm, liveServer } from '../../../src/provisioning/live-realm.ts'
import { liveNeeds } from '../../../src/provisioning/needs/needs.ts'
import { BASE_REALM_FILE, loadRealm } from '../../../src/realm/load.ts'
import { identity } from '../../../src/realm/overlay.ts'
import { registrationPolicies, withPolicies } from '../../../src/realm/patches/registration-policies.ts'
import { realmFiles } from '../../../src/realm/realm-files.ts'
import type { Realm } from '../../../src/realm/schema.ts'
import { externalConfig } from '../../helpers/keycloak/external-config.ts'
import { sharedKeycloak } from '../../helpers/keycloak/own-keycloak.ts'
import { sharedAdmin } from '../../helpers/keycloak/test-realm.ts'

const realm = 'adopted'
const keycloak = sharedKeycloak()
const distribution = join(keycloak.dataFolder, 'instances', keycloak.instance, 'keycloak-26.7.5')

const LACKING = [
  ...['offline-access', 'trusted-hosts', 'claim-preferred-username', 'internal-scopes', 'audience', 'pkce'],
]

/** A realm that lacks one thing of each kind: each command of the script starts a JVM. */
function lacking(base: Realm): Realm {
  const hosts = { providerId: 'trusted-hosts', subType: 'anonymous' }
  const policies = registrationPolicies(base).map((policy) =>
    identity(policy) === identity(hosts)
      ? { ...policy, config: { ...policy.config, 'trusted-hosts': ['shop.example.com'] } }
      : policy,
  )
  return withPolicies(
    {
      ...base,
      realm,
      clients: [{ clientId: 'shop', secret: 'not-shown', serviceAccountsEnabled: true }],
      clientScopes: base.clientScopes?.map((scope) => {
        if (scope.name === 'acr') return { ...scope, attributes: {} }
        if (scope.name !== 'basic') return scope
        return { ...scope, protocolMappers: scope.protocolMappers?.filter(({ name }) => name !== 'username') }
      }) as Realm['clientScopes'],
      clientPolicies: {
        policies: base.clientPolicies?.policies?.filter(({ name }) => name !== 'self-registered') ?? [],
      },
      users: [{ username: 'ann', enabled: true, credentials: [{ type: 'password', value: 'not-shown' }] }],
    },
    policies,
  )
}

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mcp-keycloak-adopt-'))
  const file = JSON.stringify(lacking(await loadRealm(BASE_REALM_FILE)))
  await writeFile(join(folder, 'realm.json'), file)
  await (await sharedAdmin()).realms.create(JSON.parse(file))
})
afterAll(async () => {
  await (await sharedAdmin()).realms.del({ realm })
  await rm(folder, { recursive: true, force: true })
})

async function unmet() {
  const config = await externalConfig(keycloak, { realm })
  const server = liveServer(externalKeycloak(config), await sharedAdmin())
  const live = await liveRealm(server, realm, realmFiles())
  return (await liveNeeds(live as never, NO_REALM_OPTIONS)).unmet
}

it('writes a script for kcadm.sh that makes the original realm ready for MCP', async () => {
  const config = await externalConfig(keycloak, { realmFile: join(folder, 'realm.json') })
  const script = join(folder, 'mcp.sh')
  const { content, needs } = await realmAdopt(config, { format: 'kcadm', output: script })
  expect(needs.unmet).toEqual([])
  expect(needs.met.map(({ name }) => name)).toEqual(LACKING)
  expect(content).not.toContain('not-shown')
  const kcadm = join(distribution, 'bin', 'kcadm.sh')
  await access(kcadm)
  // Each call starts a JVM. An archive of its classes halves that time.
  const quick = '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC'
  const archive = join(folder, 'kcadm.jsa')
  const env = { KCADM: kcadm, HOME: folder, KC_OPTS: `${quick} -XX:SharedArchiveFile=${archive}` }
  const { username, password } = keycloak.admin
  const login = ['--server', keycloak.url, '--realm', 'master', '--user', username]
  await execa(kcadm, ['config', 'credentials', ...login], {
    env: { ...env, KC_CLI_PASSWORD: password, KC_OPTS: `${quick} -XX:ArchiveClassesAtExit=${archive}` },
  })
  const { stderr } = await execa('sh', [script], { env })
  expect(stderr).not.toContain('There is no')
  expect(await unmet()).toEqual([])
})
