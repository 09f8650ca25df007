import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { realmEndpoints } from '../config/endpoints.ts'
import { folders } from '../config/folders.ts'
import type { Config } from '../config/schema.ts'
import { requiredFeatures } from '../config/server.ts'
import { McpKeycloakError } from '../errors.ts'
import { type Admin, adminLogin } from '../keycloak/admin.ts'
import { type Kept, readKept } from '../keycloak/kept.ts'
import { createRealm, findRealmRecord, type RealmRecord } from '../keycloak/realms.ts'
import { enabledFeatures } from '../keycloak/server-info.ts'
import { type Keepsakes, keep } from '../realm/keep.ts'
import type { Realm } from '../realm/schema.ts'
import { signingKey } from '../realm/signing-key.ts'
import type { OnStep, RunningKeycloak } from '../runtime/runtime.ts'
import { withInstanceLock } from '../runtime/state.ts'
import { noSuchRealm } from './applied-realm.ts'
import { findInstance } from './instance.ts'
import { plannedRealmName, planRealm, rememberedRealm } from './plan-realm.ts'
import { howToForget, keptAndDropped, type ResetRealmReport } from './reset-realm-report.ts'
import { signingKeyFile } from './signing-key-file.ts'

/** Another command may be at work on the instance. */
const WAIT_MS = 60_000

/** How to reset. */
export interface ResetRealmOptions {
  /** Keep nothing: no clients, no consents, no secrets, no key. */
  readonly hard?: boolean
  /** Do nothing, say what would be done. */
  readonly dryRun?: boolean
  readonly onStep?: OnStep
}

/**
 * Makes the realm anew as its file and the options say, on the running server. The new one is rendered before the old
 * one is deleted; if Keycloak refuses it, the old one is put back.
 *
 * @throws {McpKeycloakError} `NOT_RUNNING`, `REALM_INVALID`, `REALM_REFUSED`; `USAGE_INVALID` for a realm that is not ours
 */
export async function resetRealm(config: Config, options: ResetRealmOptions = {}): Promise<ResetRealmReport> {
  const { keycloak, state } = await findInstance(config)
  if (!state) return reset(config, keycloak, options)
  return withInstanceLock(folders(config).data, state.instance, WAIT_MS, () =>
    reset(config, keycloak, options),
  )
}

async function reset(
  config: Config,
  keycloak: RunningKeycloak,
  { hard = false, dryRun = false, onStep = () => {} }: ResetRealmOptions,
): Promise<ResetRealmReport> {
  const startedAt = performance.now()
  const [admin, name] = await Promise.all([adminLogin(keycloak), plannedRealmName(config)])
  const record = await findRealmRecord(admin, name)
  if (record === undefined) throw await noSuchRealm(admin, name, keycloak.url)
  if (record === null) throw notOurs(name, keycloak.url)
  const wanted = await planRealm(config, record)
  await assertFeatures(admin, wanted.options.with)
  const kept = await readKept(admin, name, wanted.realm.users?.map(({ username }) => username) ?? [])
  const endpoints = realmEndpoints(keycloak.url, name)
  const finish = (backup: string | null): ResetRealmReport => ({
    schemaVersion: 1,
    endpoints,
    dryRun,
    ...keptAndDropped(wanted.realm, kept, hard),
    backup,
    forget: hard ? howToForget(wanted.realm, endpoints) : [],
    elapsedMs: Math.round(performance.now() - startedAt),
  })
  if (dryRun) return finish(null)
  onStep(`Resetting the realm ${name}`)
  const before = await oldRealm(keycloak, name, record, kept)
  const backup = await writeBackup(keycloak.folder, before)
  if (hard) await rm(join(keycloak.folder, 'keys', `${name}.pem`), { force: true })
  const taken = hard ? wanted.realm : keep(keepsakes(kept))(wanted.realm)
  const signed = signingKey(await signingKeyFile(keycloak.folder, name))(taken)
  await admin.realms.del({ realm: name })
  try {
    await createRealm(admin, signed, wanted.record, keycloak.lastLog)
  } catch (error) {
    await createRealm(admin, before, record, keycloak.lastLog).catch((cause: unknown) => {
      throw notPutBack(name, backup, error, cause)
    })
    throw error
  }
  return finish(backup)
}

/** The old realm as it can be made again: as it was rendered, with all that it had gained. */
async function oldRealm(
  keycloak: RunningKeycloak,
  name: string,
  record: RealmRecord,
  kept: Kept,
): Promise<Realm> {
  const { realm } = await rememberedRealm(name, record)
  return signingKey(await signingKeyFile(keycloak.folder, name))(keep(keepsakes(kept))(realm))
}

async function writeBackup(folder: string, realm: Realm): Promise<string> {
  const backups = join(folder, 'backups')
  await mkdir(backups, { recursive: true, mode: 0o700 })
  const file = join(backups, `${realm.realm}-${new Date().toISOString().replaceAll(':', '-')}.json`)
  await writeFile(file, `${JSON.stringify(realm, null, 2)}\n`, { mode: 0o600 })
  return file
}

function keepsakes({ registered, others, consents }: Kept): Keepsakes {
  const secrets = others.flatMap(({ clientId, secret }) =>
    clientId && secret ? [[clientId, secret] as const] : [],
  )
  return { registered, secrets: new Map(secrets), consents }
}

async function assertFeatures(admin: Admin, overlays: readonly string[]): Promise<void> {
  const required = requiredFeatures(overlays)
  if (required.length === 0) return
  const enabled = await enabledFeatures(admin)
  const lacking = required.filter((feature) => !enabled.includes(feature))
  if (lacking.length === 0) return
  const flags = lacking.map((name) => `--with ${name}`).join(' ')
  throw new McpKeycloakError('USAGE_INVALID', {
    what: `That Keycloak runs without --features=${lacking.join(',')}.`,
    why: `The overlay ${lacking.join(' and ')} needs it, and a feature is switched on when the server starts.`,
    fix: `Start it with the feature first: mcp-keycloak up ${flags} --yes; then reset the realm.`,
  })
}

function notOurs(name: string, url: string): McpKeycloakError {
  return new McpKeycloakError('USAGE_INVALID', {
    what: `The realm "${name}" at ${url} is not of our making.`,
    why: 'It was there before us; what it was made from is not known.',
    fix: 'Name another realm: --realm <name>',
  })
}

function notPutBack(name: string, backup: string, refusal: unknown, cause: unknown): McpKeycloakError {
  return new McpKeycloakError('REALM_REFUSED', {
    what: `The realm "${name}" could not be made anew, and the old one could not be put back.`,
    why: `${(refusal as Error).message}\n${(cause as Error).message}`,
    fix: `The old realm is in ${backup}: mcp-keycloak up --realm-file ${backup}`,
    cause,
  })
}
