import { rm } from 'node:fs/promises'
import { join } from 'node:path'

import { realmEndpoints } from '../config/endpoints.ts'
import { folders } from '../config/folders.ts'
import type { Config } from '../config/schema.ts'
import { requiredFeatures } from '../config/server.ts'
import { McpKeycloakError } from '../errors.ts'
import type { Admin } from '../keycloak/admin.ts'
import { readKept } from '../keycloak/kept.ts'
import { createRealm } from '../keycloak/realms.ts'
import { enabledFeatures } from '../keycloak/server-info.ts'
import { withTemporaryRealm } from '../keycloak/temporary-realm.ts'
import { withoutIds } from '../realm/comparable.ts'
import { keep } from '../realm/keep.ts'
import { realmName } from '../realm/realm-name.ts'
import type { Realm } from '../realm/schema.ts'
import { signingKey } from '../realm/signing-key.ts'
import type { OnStep, RunningKeycloak } from '../runtime/runtime.ts'
import { withInstanceLock } from '../runtime/state.ts'
import { type FoundRealm, findRealmOn } from './find-realm.ts'
import { findInstance } from './instance.ts'
import { keepsakes, oldRealm, writeBackup } from './old-realm.ts'
import { planRealm } from './plan-realm.ts'
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
  const found = await findRealmOn(keycloak, config)
  const { admin, name, record } = found
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
  const before = await oldRealm(found, record, kept)
  if (before.incomplete) await tryFirst(found, wanted.realm)
  const backup = await writeBackup(keycloak.folder, before.realm)
  if (hard) await rm(join(keycloak.folder, 'keys', `${name}.pem`), { force: true })
  const taken = hard ? wanted.realm : keep(keepsakes(kept))(wanted.realm)
  const signed = signingKey(await signingKeyFile(keycloak.folder, name))(taken)
  await admin.realms.del({ realm: name })
  try {
    await createRealm(admin, signed, wanted.record, keycloak.lastLog)
  } catch (error) {
    await createRealm(admin, before.realm, record, keycloak.lastLog).catch((cause: unknown) => {
      throw notPutBack(name, backup, error, cause)
    })
    throw error
  }
  return finish(backup)
}

/** Lets Keycloak make the new realm under another name first, so that the old one is not deleted for one that it refuses. */
async function tryFirst({ admin, keycloak }: FoundRealm, realm: Realm): Promise<void> {
  const make = (name: string) => realmName(name)(withoutIds(realm))
  await withTemporaryRealm(admin, make, keycloak.lastLog, async () => {})
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
    fix: `Start it with the feature first: mcp-keycloak up ${flags} --yes; then this again, with the same options.`,
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
