import { realmEndpoints, withoutTrailingSlash } from '../config/endpoints.ts'
import { folders } from '../config/folders.ts'
import { NO_REALM_OPTIONS, parseRealmOptions } from '../config/realm-options.ts'
import type { Config } from '../config/schema.ts'
import { requiredFeatures } from '../config/server.ts'
import type { Gathered } from '../doctor/check.ts'
import {
  isMissing,
  type Machine,
  type Missing,
  type OurRealm,
  type Server,
  type ServerInfo,
  type ServerRealmState,
} from '../doctor/subjects.ts'
import { type Admin, adminLogin } from '../keycloak/admin.ts'
import { exportRealm } from '../keycloak/export-realm.ts'
import { findRealmRecord, type RealmRecord } from '../keycloak/realms.ts'
import { countClients } from '../keycloak/registered-clients.ts'
import { serverSelf } from '../keycloak/server-info.ts'
import type { Realm } from '../realm/schema.ts'
import { probeDocker } from '../runtime/probe-docker.ts'
import { probeJava } from '../runtime/probe-java.ts'
import { runtimeOf } from '../runtime/select.ts'
import { readState } from '../runtime/state.ts'
import { playground } from './doctor-playground.ts'
import { featureWarnings } from './feature-warnings.ts'
import { externalKeycloak, runningKeycloak } from './instance.ts'
import { plannedRealmName, type RealmPlan, rememberedOrReason, rememberedRealm } from './plan-realm.ts'
import { realmDiff } from './realm-diff.ts'

/** A server that does not answer must not hold up the answer that it does not. */
const ANSWER_TIMEOUT_MS = 5000

const NO_PASSWORD: Missing = {
  missing: 'That needs an administrator, and nobody told us a password.',
  fix: 'Set MCP_KEYCLOAK_ADMIN_PASSWORD (and MCP_KEYCLOAK_ADMIN_USERNAME, when it is not admin).',
}

const NOT_LOGGED_IN: Missing = {
  missing: 'The administrator could not log in.',
  fix: 'See "Administrator" above.',
}

/**
 * Begins to gather all that the checks look at; whatever cannot be had is said to be missing, with the reason.
 *
 * @throws {McpKeycloakError} `REALM_INVALID` when the realm file that the options name cannot be read
 */
export async function gatherSubjects(config: Config, signal: AbortSignal | undefined): Promise<Gathered> {
  const name = await plannedRealmName(config)
  const instance = findServer(config)
  const address = whenThere(instance, async ({ url, state }) => ({ url, state, silence: await silence(url) }))
  const server = whenThere(instance, async ({ url, state, login, runtime }): Promise<Server | Missing> => {
    const there = await address
    if (!isMissing(there) && there.silence !== undefined)
      return { missing: 'Keycloak does not answer.', fix: 'See "Health" above.' }
    return { endpoints: realmEndpoints(url, name), runtime, state, administrator: login() }
  })
  const admin = whenThere(server, ({ administrator }) => administrator.catch(() => NOT_LOGGED_IN))
  const found = whenThere(admin, (there) => findRealm(there, name))
  const info = whenThere(found, ({ admin: there, record }) => readInfo(there, record))
  const realm = whenThere(found, (there) => readRealm(there, name))
  const ours = whenThere(realm, (state) => asOurs(state, config, signal))
  return {
    machine: gatherMachine(config),
    address,
    server,
    info,
    realm,
    ours,
    playground: whenThere(server, ({ endpoints }) => playground(config, endpoints.issuer, realm)),
  }
}

/** What becomes of something that may be missing; missing stays missing, with the same reason. */
async function whenThere<From extends object, To extends object>(
  promise: Promise<From | Missing>,
  next: (from: From) => Promise<To | Missing> | To | Missing,
): Promise<To | Missing> {
  const from = await promise
  return isMissing(from) ? from : next(from)
}

async function gatherMachine(config: Config): Promise<Machine> {
  const [docker, jdks, { state, running }] = await Promise.all([
    probeDocker(),
    probeJava(),
    findState(config),
  ])
  return { config, state, running, docker, jdks, environment: process.env }
}

async function findState(config: Config) {
  if (config.keycloakUrl !== undefined) return { state: undefined, running: false }
  const { data, cache } = folders(config)
  const { state } = await readState(data, config.instance)
  const running = state !== undefined && (await runtimeOf(state, config, cache).isRunning(state))
  return { state, running }
}

/** A server that ought to answer, and how to become its administrator. */
interface FoundServer extends Pick<Server, 'runtime' | 'state'> {
  readonly url: string
  readonly login: () => Promise<Admin | Missing>
}

async function findServer(config: Config): Promise<FoundServer | Missing> {
  const { keycloakUrl, adminPassword } = config
  if (keycloakUrl !== undefined) {
    const url = withoutTrailingSlash(keycloakUrl)
    const login = async () =>
      adminPassword === undefined ? NO_PASSWORD : adminLogin(externalKeycloak(config))
    return { url, state: undefined, runtime: 'external', login }
  }
  const { state, running } = await findState(config)
  if (!state || !running) {
    return { missing: `Keycloak is not running (instance "${config.instance}").`, fix: 'mcp-keycloak up' }
  }
  const keycloak = runningKeycloak(runtimeOf(state, config, folders(config).cache), state)
  return { url: keycloak.url, state, runtime: state.runtime, login: () => adminLogin(keycloak) }
}

async function silence(url: string): Promise<string | undefined> {
  try {
    const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) })
    await response.body?.cancel()
    return undefined
  } catch (error) {
    const { message, code } = ((error as Error).cause ?? error) as NodeJS.ErrnoException
    return `${message || code}.`
  }
}

interface FoundRealm {
  readonly admin: Admin
  readonly record: RealmRecord | null
  readonly plan: RealmPlan | { readonly reason: string } | undefined
}

async function findRealm(admin: Admin, name: string): Promise<FoundRealm | Missing> {
  const record = await findRealmRecord(admin, name)
  if (record === undefined) return { missing: `There is no realm "${name}".`, fix: 'See "Metadata" above.' }
  return { admin, record, plan: record ? await rememberedOrReason(name, record) : undefined }
}

async function readInfo(admin: Admin, record: RealmRecord | null): Promise<ServerInfo> {
  const { version, features, registrationFormats: registration } = await serverSelf(admin)
  const overlays = record ? parseRealmOptions(record.options).with : []
  return {
    version,
    features,
    overlays,
    featureWarnings: featureWarnings({ asked: [], overlays, features, registration, version }),
  }
}

interface ReadRealm extends ServerRealmState {
  readonly found: FoundRealm
}

async function readRealm(found: FoundRealm, name: string): Promise<ReadRealm> {
  const { admin, plan } = found
  const [actual, clients, features] = await Promise.all([
    exportRealm(admin, name),
    countClients(admin, name),
    serverSelf(admin).then((self) => self.features),
  ])
  const made = plan && 'realm' in plan ? await withoutLacking(plan, name, features) : undefined
  return { admin, actual: actual as unknown as Realm, rendered: made?.realm, clients, found }
}

/** The realm without the overlays that its server has no feature for any more. */
async function withoutLacking(
  plan: RealmPlan,
  name: string,
  features: readonly string[],
): Promise<RealmPlan> {
  const kept = plan.options.with.filter((overlay) =>
    requiredFeatures([overlay]).every((feature) => features.includes(feature)),
  )
  if (kept.length === plan.options.with.length) return plan
  return rememberedRealm(name, { ...plan.record, options: JSON.stringify({ ...plan.options, with: kept }) })
}

function asOurs(
  { found: { record, plan }, rendered, ...state }: ReadRealm,
  config: Config,
  signal: AbortSignal | undefined,
): OurRealm | Missing {
  const realm = state.actual.realm
  if (record === null || plan === undefined)
    return {
      missing: `The realm "${realm}" is not of our making: what it should be is not known.`,
      fix: 'mcp-keycloak realm diff compares it with the built-in one.',
    }
  if ('reason' in plan || rendered === undefined)
    return {
      missing: 'reason' in plan ? plan.reason : '',
      fix: 'Bring the file back, or: mcp-keycloak reset-realm --realm-file <file>',
    }
  const asMade = { ...config, ...NO_REALM_OPTIONS, realm }
  return {
    ...state,
    rendered,
    filesChanged: plan.record.hash !== record.hash,
    drift: async () => (await realmDiff(asMade, signal ? { signal } : {})).drift,
  }
}
