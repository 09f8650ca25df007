import { type RealmEndpoints, realmEndpoints } from '../config/endpoints.ts'
import type { Origin, ResolvedConfig } from '../config/resolve.ts'
import { CONFIG_KEYS, type ConfigKey, optionMeta } from '../config/schema.ts'
import { adminLogin } from '../keycloak/admin.ts'
import { ourRealms } from '../keycloak/realms.ts'
import { type ClientCount, countClients } from '../keycloak/registered-clients.ts'
import { serverVersion } from '../keycloak/server-info.ts'
import { mcpUrls } from '../realm/audience.ts'
import { type TestUser, testUsers } from '../realm/users.ts'
import type { RuntimeName } from '../runtime/runtime.ts'
import { findInstance } from './instance.ts'
import { rememberedOrReason } from './plan-realm.ts'

/** One realm of ours on a running instance. */
export interface RealmStatus {
  readonly endpoints: RealmEndpoints
  readonly mcpUrls: readonly string[]
  readonly users: readonly TestUser[]
  readonly clients: ClientCount
  /** The file it was made from would now give another realm; `null` when that file is gone. */
  readonly drift: boolean | null
}

/** What runs, and what is in it. */
export interface StatusReport {
  readonly schemaVersion: 1
  readonly instance: string
  readonly runtime: RuntimeName
  readonly version: string
  readonly url: string
  /** ISO 8601; `null` when we do not run it. */
  readonly startedAt: string | null
  readonly adminConsole: string
  /** `null` when we do not run it. */
  readonly admin: { readonly username: string; readonly password: string } | null
  readonly realms: readonly RealmStatus[]
  /** Every option, and where its value came from. */
  readonly options: readonly { readonly key: ConfigKey; readonly value: unknown; readonly origin: Origin }[]
  readonly warnings: readonly string[]
}

/**
 * What runs, since when, its realms and how full they are.
 *
 * @throws {McpKeycloakError} `NOT_RUNNING`, `ADMIN_LOGIN_REFUSED`, `KEYCLOAK_UNREACHABLE`
 */
export async function status({ config, origins }: ResolvedConfig): Promise<StatusReport> {
  const { keycloak, state, warnings } = await findInstance(config)
  const { url } = keycloak
  const admin = await adminLogin(keycloak)
  const records = await ourRealms(admin)
  const realms = await Promise.all(
    records.map(async (record): Promise<RealmStatus & { readonly warning: string | null }> => {
      const plan = await rememberedOrReason(record.realm, record)
      const known = 'realm' in plan
      return {
        endpoints: realmEndpoints(url, record.realm),
        mcpUrls: known ? mcpUrls(plan.realm) : [],
        users: known ? testUsers(plan.realm) : [],
        clients: await countClients(admin, record.realm),
        drift: known ? plan.record.hash !== record.hash : null,
        warning: known ? null : plan.reason,
      }
    }),
  )
  return {
    schemaVersion: 1,
    instance: config.instance,
    runtime: keycloak.runtime,
    version: await serverVersion(admin),
    url,
    startedAt: state?.startedAt ?? null,
    adminConsole: `${url}/admin/`,
    admin: state?.admin ?? null,
    realms: realms.map(({ warning: _, ...realm }) => realm),
    options: CONFIG_KEYS.map((key) => ({
      key,
      value: optionMeta(key).secret && config[key] !== undefined ? '(secret)' : (config[key] ?? null),
      origin: origins[key],
    })),
    warnings: [...warnings, ...realms.flatMap(({ warning }) => warning ?? [])],
  }
}
