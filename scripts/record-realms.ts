// Records how Keycloak exports the base realm and the blank realm: test/fixtures/exported-*.json.
// Usage: node scripts/record-realms.ts <URL of a running Keycloak without the realm fastmcp>, with
// MCP_KEYCLOAK_ADMIN_USERNAME and MCP_KEYCLOAK_ADMIN_PASSWORD in the environment
import { writeFile } from 'node:fs/promises'

import { resolveConfig } from '../src/config/resolve.ts'
import { externalKeycloak } from '../src/instance/instance.ts'
import { adminLogin } from '../src/keycloak/admin.ts'
import { type ExportedRealm, exportRealm } from '../src/keycloak/export-realm.ts'
import { up } from '../src/operations/up.ts'
import { blankRealm } from '../src/realm/compare/clean.ts'

const REALM = 'fastmcp'
const [keycloakUrl] = process.argv.slice(2)
const { config } = await resolveConfig({
  flags: { keycloakUrl, realm: REALM, proof: false },
  env: process.env,
  cwd: process.cwd(),
})
const admin = () => adminLogin(externalKeycloak(config))

interface Named {
  readonly alias: string
}

/** Keeps what the tests need: one flow, one required action, no role of `realm-management`, no generated secret. */
function shortened(realm: ExportedRealm) {
  const { authenticatorConfig: _, ...rest } = realm as ExportedRealm & {
    authenticatorConfig: unknown
    authenticationFlows: readonly Named[]
    requiredActions: readonly Named[]
    roles: { client: object }
  }
  return {
    ...rest,
    roles: { ...rest.roles, client: { ...rest.roles.client, 'realm-management': [] } },
    clients: realm.clients.map((client) =>
      client.secret ? { ...client, secret: 'generated-xxxx' } : client,
    ),
    authenticationFlows: rest.authenticationFlows.filter(({ alias }) => alias === 'clients'),
    requiredActions: rest.requiredActions.filter(({ alias }) => alias === 'CONFIGURE_TOTP'),
  }
}

async function record(name: string): Promise<void> {
  const exported = shortened(await exportRealm(await admin(), REALM))
  await writeFile(`test/fixtures/exported-${name}.json`, `${JSON.stringify(exported, null, 2)}\n`)
  await (await admin()).realms.del({ realm: REALM })
}

await (await admin()).realms.create(blankRealm(REALM) as object)
await record('blank')
await up(config)
await record('fastmcp')
