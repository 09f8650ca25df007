import { folders } from '../../config/folders.ts'
import { NO_REALM_OPTIONS } from '../../config/realm-options.ts'
import type { Config } from '../../config/schema.ts'
import { type CheckResult, REPAIRS, type Repair } from '../../doctor/check.ts'
import { isMissing } from '../../doctor/subjects.ts'
import { findInstance } from '../../instance/instance.ts'
import type { Admin } from '../../keycloak/admin.ts'
import { repairClientPolicies } from '../../keycloak/repair/repair-client-policies.ts'
import { repairClients } from '../../keycloak/repair/repair-clients.ts'
import { repairPolicies } from '../../keycloak/repair/repair-policies.ts'
import { repairScopes } from '../../keycloak/repair/repair-scopes.ts'
import { repairRoles, repairUsers } from '../../keycloak/repair/repair-users.ts'
import { existingRealm } from '../../provisioning/find-realm.ts'
import { finishRealm } from '../../provisioning/finish-realm.ts'
import { type LiveRealm, type RealmPlace, readAgain } from '../../provisioning/live-realm.ts'
import { type Additions, addToRealm, planAdditions } from '../../provisioning/needs/live-additions.ts'
import { planServerRealm, realmDrift } from '../../provisioning/server-realm.ts'
import { type Drift, hasAll } from '../../realm/compare/drift.ts'
import { mergedInto } from '../../realm/overlay.ts'
import { registrationPolicies } from '../../realm/patches/registration-policies.ts'
import type { Realm } from '../../realm/schema.ts'
import { withInstanceLock } from '../../runtime/state/instance-lock.ts'
import type { GatheredSubjects } from './doctor-subjects.ts'

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
  /** The changes by need, for a realm that is not managed; else `null`. */
  readonly additions: Additions | null
}

/** A plan that was approved. */
interface ApprovedFix extends Pick<DoctorFixPlan, 'repairs'>, Partial<Pick<DoctorFixPlan, 'additions'>> {
  /** Also loosen stricter settings of a realm that is not managed. Default: they stay. */
  readonly loosen?: boolean
}

/**
 * Plans the repairs that need no new realm. Sessions, and users and clients that someone added, stay. A realm that is not
 * managed gets what it lacks for MCP.
 *
 * @returns `undefined` when nothing can be repaired
 * @throws {McpKeycloakError} `REALM_INVALID` when the realm's file is gone
 */
export async function planDoctorFix(
  config: Config,
  subjects: GatheredSubjects,
  checks: readonly CheckResult[],
  signal?: AbortSignal,
): Promise<DoctorFixPlan | undefined> {
  const [live, ours] = await Promise.all([subjects.live, subjects.ours])
  if (isMissing(live) || live.record === undefined) return undefined
  if (live.record === null) return planAdding(config, { ...live, record: null })
  const faults = checks.filter(({ status }) => status === 'fail' || status === 'warn')
  const repairs = REPAIRS.filter((repair) => faults.some((fault) => fault.repair === repair))
  if (repairs.length === 0) return undefined
  const managed = { ...live, record: live.record }
  const drift = isMissing(ours)
    ? await realmDrift(managed, (await planServerRealm(asMade(config), managed)).realm, signal)
    : await ours.drift()
  const isMeant = ({ path, ...change }: Drift) =>
    repairs.some((repair) => PATHS[repair].test(path)) && (EXCLUSIVE.test(path) || !hasAll(change))
  const changes = drift.filter(isMeant).map(withAdditions)
  if (changes.length === 0) return undefined
  return { realm: live.name, url: live.keycloak.url, repairs, changes, additions: null }
}

/** Keeps the added items of a list in the planned value. */
function withAdditions(change: Drift): Drift {
  const { path, kind, expected, actual } = change
  if (kind !== 'changed' || EXCLUSIVE.test(path)) return change
  return { ...change, expected: mergedInto({ it: actual }, { it: expected }).it }
}

/** Plans what a realm that is not managed lacks for MCP. */
async function planAdding(config: Config, live: LiveRealm): Promise<DoctorFixPlan | undefined> {
  const additions = await planAdditions(live, config.mcpUrl)
  const { added, loosened } = additions
  if (added.length + loosened.length === 0) return undefined
  const changes = added.flatMap((one) => one.changes)
  return { realm: live.name, url: live.keycloak.url, repairs: [], changes, additions }
}

/**
 * Applies a plan of {@link planDoctorFix} over the Admin API.
 *
 * @param found the realm that was planned for
 * @param signal aborting ends the wait for another command; repairs in progress are finished
 *
 * @throws {McpKeycloakError} `NOT_RUNNING`, `REALM_NOT_FOUND`, `ADMIN_LOGIN_REFUSED`, `INSTANCE_BUSY`, `KEYCLOAK_FAILED`
 */
export async function applyDoctorFix(
  config: Config,
  found: RealmPlace,
  { repairs, additions, loosen = false }: ApprovedFix,
  signal?: AbortSignal,
): Promise<void> {
  const work = async (isLocked: boolean) => {
    const { live } = await finishRealm(asMade(config), await readAgain(found), isLocked)
    const there = await existingRealm(live)
    if (additions) return addToRealm(there, config.mcpUrl, loosen)
    const { realm } = await planServerRealm(asMade(config), there)
    for (const repair of REPAIRS.filter((one) => repairs.includes(one)))
      await DO[repair](live.admin, live.name, realm)
  }
  const { state } = await findInstance(config)
  if (state)
    await withInstanceLock(folders(config).data, state.instance, { waitMs: WAIT_MS, signal }, () =>
      work(true),
    )
  else await work(false)
}

/** The options without those of a realm: the realm's own ones apply. */
function asMade(config: Config): Config {
  return { ...config, ...NO_REALM_OPTIONS }
}

const DO: Readonly<Record<Repair, (admin: Admin, name: string, realm: Realm) => Promise<void>>> = {
  policies: (admin, name, realm) => repairPolicies(admin, name, registrationPolicies(realm)),
  'client-policies': (admin, name, { clientProfiles, clientPolicies }) =>
    repairClientPolicies(
      admin,
      name,
      { profiles: clientProfiles?.profiles ?? [], policies: clientPolicies?.policies ?? [] },
      mergedInto,
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
  clients: (admin, name, { clients = [] }) => repairClients(admin, name, clients, mergedInto),
}
