import type { Config } from '../../../src/config/schema.ts'
import { externalKeycloak } from '../../../src/instance/instance.ts'
import { type Admin, adminLogin } from '../../../src/keycloak/admin.ts'
import { countClients } from '../../../src/keycloak/clients/registered-clients.ts'
import { discover, type ServerMetadata } from '../../../src/oauth/discover.ts'
import { type ProvisionReport, provision } from '../../../src/provisioning/provision.ts'
import { externalConfig } from './external-config.ts'
import { sharedKeycloak } from './own-keycloak.ts'

/** A realm of a test's own on the shared Keycloak. */
export interface TestRealm {
  readonly name: string
  readonly report: ProvisionReport
  readonly server: ServerMetadata
  /** Logged in as of now: its token is good for a minute. */
  admin(): Promise<Admin>
  /** How many clients it has, Keycloak's own and those of its file among them. */
  countClients(): Promise<number>
  [Symbol.asyncDispose](): Promise<void>
}

/** Logs in to the shared Keycloak as its administrator. */
export function sharedAdmin(): Promise<Admin> {
  const { url, admin } = sharedKeycloak()
  return adminLogin({ url, admin, runtime: 'external' })
}

/** Makes a realm as `up` does on a Keycloak that runs already; gone when it is disposed of. */
export async function testRealm(realm: string, options: Partial<Config> = {}): Promise<TestRealm> {
  const config = await externalConfig(sharedKeycloak(), { realm, proof: false, ...options })
  const quiet = { onStep: () => {}, signal: undefined }
  const { report } = await provision(externalKeycloak(config), config, quiet)
  return {
    name: realm,
    report,
    server: await discover(report.endpoints.issuer),
    admin: sharedAdmin,
    countClients: async () => (await countClients(await sharedAdmin(), realm)).total,
    async [Symbol.asyncDispose]() {
      const { realms } = await sharedAdmin()
      await realms.del({ realm })
    },
  }
}
