import { z } from 'zod'

import { realmEndpoints, realmEndpointsSchema } from '../config/endpoints.ts'
import { givenRealmOptions, parseRealmOptions } from '../config/realm-options.ts'
import { originSchema, type ResolvedConfig } from '../config/resolve.ts'
import { CONFIG_KEYS, optionMeta } from '../config/schema.ts'
import { findInstance } from '../instance/instance.ts'
import { adminLogin } from '../keycloak/admin.ts'
import { clientCountSchema, countClients } from '../keycloak/clients/registered-clients.ts'
import { ourRealms } from '../keycloak/realms.ts'
import { serverVersion } from '../keycloak/server-info.ts'
import { isInterrupted, toldInterrupted } from '../provisioning/finish-realm.ts'
import { rememberedOrReason } from '../provisioning/plan-realm.ts'
import { mcpUrls } from '../realm/patches/audience.ts'
import { testUserSchema, testUsers } from '../realm/patches/users.ts'
import { runtimeNameSchema } from '../runtime/runtime.ts'
import { adminCredentialsSchema } from '../runtime/state/admin-credentials.ts'
import { HIDDEN } from './hide-secrets.ts'

const configKeySchema = z.enum(CONFIG_KEYS)

/** A managed realm on a running instance. */
const realmStatusSchema = z
  .strictObject({
    endpoints: realmEndpointsSchema,
    mcpUrls: z.array(z.string()).readonly(),
    users: z.array(testUserSchema).readonly(),
    clients: clientCountSchema,
    /** Whether its file would now create a different realm; `null` when that file was removed. */
    drift: z.boolean().nullable(),
    /** The options that created the realm, from its record; without those that were not given. */
    options: z.array(z.strictObject({ key: configKeySchema, value: z.unknown() }).readonly()).readonly(),
  })
  .readonly()

/** A managed realm on a running instance. */
export type RealmStatus = z.infer<typeof realmStatusSchema>

/** An option of this call, and the origin of its value. */
const optionStatusSchema = z
  .strictObject({
    key: configKeySchema,
    /** `(secret)` for a secret, `null` for an option without a value. */
    value: z.unknown(),
    origin: originSchema,
    /** The flag, the variable or the path of the config file; `null` for a default. */
    source: z.string().nullable(),
  })
  .readonly()

/** `status --json`: the running server and its realms. */
export const statusReportSchema = z.strictObject({
  schemaVersion: z.literal(1),
  instance: z.string(),
  runtime: runtimeNameSchema,
  version: z.string(),
  url: z.string(),
  /** ISO 8601; `null` for an external Keycloak. */
  startedAt: z.string().nullable(),
  adminConsole: z.string(),
  /** The administrator; the password is `(secret)` without `--show-secrets`. `null` for an external Keycloak. */
  admin: adminCredentialsSchema.nullable(),
  realms: z.array(realmStatusSchema).readonly(),
  options: z.array(optionStatusSchema).readonly(),
  warnings: z.array(z.string()).readonly(),
})

/** The running server and its realms. */
export type StatusReport = Readonly<z.infer<typeof statusReportSchema>>

/**
 * Reports the running server, its realms and their number of clients.
 *
 * @throws {McpKeycloakError} `NOT_RUNNING`, `ADMIN_LOGIN_REFUSED`, `KEYCLOAK_UNREACHABLE`
 */
export async function status({ config, origins, sources }: ResolvedConfig): Promise<StatusReport> {
  const { keycloak, state, warnings } = await findInstance(config)
  const { url } = keycloak
  const admin = await adminLogin(keycloak)
  const records = await ourRealms(admin)
  const realms = await Promise.all(
    records.map(async (record): Promise<RealmStatus & { readonly warnings: readonly string[] }> => {
      const plan = await rememberedOrReason(record.realm, record)
      const known = 'realm' in plan
      return {
        endpoints: realmEndpoints(url, record.realm),
        mcpUrls: known ? mcpUrls(plan.realm) : [],
        users: known ? testUsers(plan.realm) : [],
        clients: await countClients(admin, record.realm),
        drift: known ? plan.record.hash !== record.hash : null,
        options: givenRealmOptions(parseRealmOptions(record.options)),
        warnings: [
          ...(known ? [] : [plan.reason]),
          ...(record.pending && isInterrupted(record.pending, false)
            ? [toldInterrupted(record.realm, record.pending)]
            : []),
        ],
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
    realms: realms.map(({ warnings: _, ...realm }) => realm),
    options: CONFIG_KEYS.map((key) => ({
      key,
      value: optionMeta(key).secret && config[key] !== undefined ? HIDDEN : (config[key] ?? null),
      origin: origins[key],
      source: sources[key],
    })),
    warnings: [...warnings, ...realms.flatMap((realm) => realm.warnings)],
  }
}
