import { folders } from '../../config/folders.ts'
import { NO_REALM_OPTIONS } from '../../config/realm-options.ts'
import type { Config } from '../../config/schema.ts'
import { type CheckResult, REPAIRS, type Repair } from '../../doctor/check.ts'
import { findInstance } from '../../instance/instance.ts'
import type { Admin } from '../../keycloak/admin.ts'
import { repairClientPolicies } from '../../keycloak/repair/repair-client-policies.ts'
import { repairClients } from '../../keycloak/repair/repair-clients.ts'
import { repairPolicies } from '../../keycloak/repair/repair-policies.ts'
import { repairScopes } from '../../keycloak/repair/repair-scopes.ts'
import { repairRoles, repairUsers } from '../../keycloak/repair/repair-users.ts'
import { finishRealm } from '../../provisioning/finish-realm.ts'
import { findServerRealm, planServerRealm } from '../../provisioning/server-realm.ts'
import { type Drift, hasAll } from '../../realm/compare/drift.ts'
import { laidOn } from '../../realm/overlay.ts'
import { registrationPolicies } from '../../realm/patches/registration-policies.ts'
import type { Realm } from '../../realm/schema.ts'
import { withInstanceLock } from '../../runtime/state/instance-lock.ts'
import { realmDiff } from '../realm/realm-diff.ts'

/** Time to wait for another command that uses the instance. */
const WAIT_MS = 60_000

/** The paths of the settings that each repair changes. */
const PATHS: Readonly<Record<Repair, RegExp>> = {
  policies: /^components\.org\.keycloak\.services\.clientregistration\.policy\./,
  'client-policies': /^client(Policies|Profiles)\b/,
  roles: /^(roles\.realm\b|users\[[^\]]*\]\.realmRoles$)/,
  scopes: /^(clientScopes|default(Default|Optional)ClientScopes|scopeMappings)\b/,
  users: /^users\[[^\]]*\]\.(enabled|email|emailVerified|firstName|lastName|requiredActions)$/,
  clients: /^clients\[/,
}

/** Settings from which a repair removes values that the file does not have. In other settings added values stay. */
const EXCLUSIVE = /^components\.|\.requiredActions$/

/** The repairs that are possible in a realm. */
export interface DoctorFixPlan {
  /** Name of the realm. */
  readonly realm: string
  /** Keycloak's base URL. */
  readonly url: string
  readonly repairs: readonly Repair[]
  /** The settings to repair: `expected` is the value after the repair. */
  readonly changes: readonly Drift[]
}

/**
 * Plans the repairs that need no new realm. Sessions, and users and clients that someone added, stay.
 *
 * @returns `undefined` when nothing can be repaired, e.g. in an unmanaged realm
 * @throws {McpKeycloakError} `NOT_RUNNING`, `REALM_NOT_FOUND`, `ADMIN_LOGIN_REFUSED`; `CONFIG_INVALID` without an administrator's password
 */
export async function planDoctorFix(
  config: Config,
  checks: readonly CheckResult[],
  signal?: AbortSignal,
): Promise<DoctorFixPlan | undefined> {
  const faults = checks.filter(({ status }) => status === 'fail' || status === 'warn')
  const repairs = REPAIRS.filter((repair) => faults.some((fault) => fault.repair === repair))
  if (repairs.length === 0) return undefined
  const asMade = { ...config, ...NO_REALM_OPTIONS }
  const { name: realm, record, keycloak } = await findServerRealm(asMade)
  const { url } = keycloak
  if (!record) return undefined
  const { drift } = await realmDiff(asMade, signal ? { signal } : {})
  const isMeant = ({ path, ...change }: Drift) =>
    repairs.some((repair) => PATHS[repair].test(path)) && (EXCLUSIVE.test(path) || !hasAll(change))
  const changes = drift.filter(isMeant).map(withAdditions)
  return changes.length > 0 ? { realm, url, repairs, changes } : undefined
}

/** Keeps the added items of a list in the planned value. */
function withAdditions(change: Drift): Drift {
  const { path, kind, expected, actual } = change
  if (kind !== 'changed' || EXCLUSIVE.test(path)) return change
  return { ...change, expected: laidOn({ it: actual }, { it: expected }).it }
}

/**
 * Applies a plan of {@link planDoctorFix} over the Admin API.
 *
 * @param signal aborting ends the wait for another command; repairs in progress are finished
 *
 * @throws {McpKeycloakError} `NOT_RUNNING`, `REALM_NOT_FOUND`, `ADMIN_LOGIN_REFUSED`, `INSTANCE_BUSY`
 */
export async function applyDoctorFix(
  config: Config,
  { repairs }: DoctorFixPlan,
  signal?: AbortSignal,
): Promise<void> {
  const asMade = { ...config, ...NO_REALM_OPTIONS }
  const work = async (isLocked: boolean) => {
    const found = await findServerRealm(asMade)
    const { record } = await finishRealm(asMade, found, found.record, isLocked)
    const server = { ...found, record: record ?? null }
    const { realm } = await planServerRealm(asMade, server)
    for (const repair of REPAIRS.filter((one) => repairs.includes(one)))
      await DO[repair](server.admin, server.name, realm)
  }
  const { state } = await findInstance(config)
  if (state)
    await withInstanceLock(folders(config).data, state.instance, { waitMs: WAIT_MS, signal }, () =>
      work(true),
    )
  else await work(false)
}

const DO: Readonly<Record<Repair, (admin: Admin, name: string, realm: Realm) => Promise<void>>> = {
  policies: (admin, name, realm) => repairPolicies(admin, name, registrationPolicies(realm)),
  'client-policies': (admin, name, { clientProfiles, clientPolicies }) =>
    repairClientPolicies(
      admin,
      name,
      { profiles: clientProfiles?.profiles ?? [], policies: clientPolicies?.policies ?? [] },
      laidOn,
    ),
  roles: (admin, name, { roles, users = [] }) => repairRoles(admin, name, roles?.realm ?? [], users),
  scopes: (admin, name, realm) =>
    repairScopes(admin, name, {
      scopes: realm.clientScopes ?? [],
      byDefault: (realm.defaultDefaultClientScopes as string[] | undefined) ?? [],
      optional: (realm.defaultOptionalClientScopes as string[] | undefined) ?? [],
      mappings: realm.scopeMappings ?? [],
      clients: realm.clients ?? [],
    }),
  users: (admin, name, { users = [] }) => repairUsers(admin, name, users),
  clients: (admin, name, { clients = [] }) => repairClients(admin, name, clients, laidOn),
}
