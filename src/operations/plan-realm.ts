import { z } from 'zod'

import type { Config } from '../config/schema.ts'
import type { RealmRecord } from '../keycloak/realms.ts'
import { BASE_REALM_FILE, loadRealm } from '../realm/load.ts'
import { hashRealm, renderRealm } from '../realm/render.ts'
import type { Realm } from '../realm/schema.ts'

/** The options that make a realm what it is; a realm remembers them, so that no later command has to repeat them. */
const realmOptionsSchema = z.looseObject({
  realmFile: z.string().optional(),
  mcpUrl: z.array(z.string()).default([]),
  trustedHost: z.array(z.string()).default([]),
  user: z.array(z.string()).default([]),
})

/** A realm that is to be applied, or that was applied with the same options. */
export interface RealmPlan {
  readonly realm: Realm
  readonly record: RealmRecord
}

/**
 * The name of the realm that the options mean: as asked, else the realm file's own.
 *
 * @throws {McpKeycloakError} `REALM_INVALID`
 */
export async function plannedRealmName(config: Config): Promise<string> {
  const { realm } = await loadRealm(config.realmFile ?? BASE_REALM_FILE)
  return config.realm ?? realm
}

/**
 * The realm that the options ask for. What is not asked for is as the realm remembers it, if it is there already.
 *
 * @throws {McpKeycloakError} `REALM_INVALID`
 */
export async function planRealm(config: Config, remembered?: RealmRecord | null): Promise<RealmPlan> {
  const before = realmOptionsSchema.parse(remembered ? JSON.parse(remembered.options) : {})
  const options = {
    realmFile: config.realmFile ?? before.realmFile,
    mcpUrl: config.mcpUrl.length > 0 ? config.mcpUrl : before.mcpUrl,
    trustedHost: config.trustedHost.length > 0 ? config.trustedHost : before.trustedHost,
    user: config.user.length > 0 ? config.user : before.user,
  }
  const base = await loadRealm(options.realmFile ?? BASE_REALM_FILE)
  const realm = renderRealm(base, { ...options, realm: config.realm })
  return { realm, record: { hash: hashRealm(realm), options: JSON.stringify(options) } }
}

/** The realm as it was made: the options that it remembers, whatever the present ones are. */
export function rememberedRealm(config: Config, realm: string, remembered: RealmRecord): Promise<RealmPlan> {
  return planRealm(
    { ...config, realm, realmFile: undefined, mcpUrl: [], trustedHost: [], user: [] },
    remembered,
  )
}
