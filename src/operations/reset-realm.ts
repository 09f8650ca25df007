import { realmEndpoints } from '../config/endpoints.ts'
import { folders } from '../config/folders.ts'
import type { Config } from '../config/schema.ts'
import { requiredFeatures } from '../config/server.ts'
import { McpKeycloakError, tellIfInterrupted, throwIfInterrupted } from '../errors.ts'
import type { Admin } from '../keycloak/admin.ts'
import { readKept } from '../keycloak/kept.ts'
import { enabledFeatures } from '../keycloak/server-info.ts'
import { hasKey } from '../keycloak/signing-keys.ts'
import { keep } from '../realm/keep.ts'
import { privateKeys, signingKey } from '../realm/signing-key.ts'
import { withInstanceLock } from '../runtime/instance-lock.ts'
import type { OnStep, RunningKeycloak } from '../runtime/runtime.ts'
import { writeBackup } from './backup.ts'
import { findRealmOn } from './find-realm.ts'
import { findInstance } from './instance.ts'
import { keepsakes, oldRealm } from './old-realm.ts'
import { planRealm } from './plan-realm.ts'
import { replaceRealm, tryRealm } from './replace-realm.ts'
import { howToForget, keptAndDropped, type ResetRealmReport } from './reset-realm-report.ts'
import { newSigningKey, readSigningKey, signingKeyPath, writeSigningKey } from './signing-key-file.ts'

/** Another command may be at work on the instance. */
const WAIT_MS = 60_000

/** How to reset. */
export interface ResetRealmOptions {
  /** Keep nothing: no clients, no consents, no secrets, no key. */
  readonly hard?: boolean
  /** Do nothing, say what would be done. */
  readonly dryRun?: boolean
  readonly onStep?: OnStep
  /** Stops it, as long as nothing has been deleted. */
  readonly signal?: AbortSignal | undefined
  /** Keeps the process from being stopped by a signal while it works: in between there is no realm. */
  readonly uninterrupted?: (<Result>(work: () => Promise<Result>) => Promise<Result>) | undefined
}

/**
 * Makes the realm anew as its file and the options say, on the running server. One that Keycloak has not taken before
 * is tried under another name before the old one is deleted; if it is refused even so, the old one is put back.
 *
 * @throws {McpKeycloakError} `NOT_RUNNING`, `REALM_NOT_FOUND`, `REALM_INVALID`, `REALM_REFUSED`, `INTERRUPTED`; `USAGE_INVALID`
 * for a realm that is not ours
 */
export async function resetRealm(config: Config, options: ResetRealmOptions = {}): Promise<ResetRealmReport> {
  const { keycloak, state } = await findInstance(config)
  const { onStep, signal } = options
  const work = () =>
    tellIfInterrupted(
      signal,
      () => 'the realm was not reset: it is unchanged.',
      () => reset(config, keycloak, options),
    )
  if (!state) return work()
  return withInstanceLock(folders(config).data, state.instance, { waitMs: WAIT_MS, onStep, signal }, work)
}

async function reset(
  config: Config,
  keycloak: RunningKeycloak,
  {
    hard = false,
    dryRun = false,
    onStep = () => {},
    signal,
    uninterrupted = (work) => work(),
  }: ResetRealmOptions,
): Promise<ResetRealmReport> {
  const startedAt = performance.now()
  const found = await findRealmOn(keycloak, config)
  const { admin, name, record } = found
  const { folder } = keycloak
  if (record === null) throw notOurs(name, keycloak.url)
  const wanted = await planRealm(config, record)
  await assertFeatures(admin, wanted.options.with)
  const [kept, keyOfBefore] = await Promise.all([readKept(admin, name), readSigningKey(folder, name)])
  const key = (hard ? undefined : keyOfBefore) ?? (await newSigningKey())
  const realm = signingKey(key)(hard ? wanted.realm : keep(keepsakes(kept))(wanted.realm))
  const isKeyKept = hasKey(kept.publicKeys, privateKeys(realm))
  const endpoints = realmEndpoints(keycloak.url, name)
  const keptOrDropped = keptAndDropped(wanted.realm, kept, hard)
  const finish = (backup: string | null): ResetRealmReport => ({
    schemaVersion: 1,
    endpoints,
    dryRun,
    kept: { ...keptOrDropped.kept, signingKey: isKeyKept },
    dropped: keptOrDropped.dropped,
    backup,
    forget: hard ? howToForget(wanted.realm, endpoints) : [],
    warnings: hard || isKeyKept ? [] : [anotherKey(name, signingKeyPath(folder, name))],
    elapsedMs: Math.round(performance.now() - startedAt),
  })
  if (dryRun) return finish(null)
  onStep(`Resetting the realm ${name}`)
  if (wanted.record.hash !== record.hash) await tryRealm(found, realm)
  const old = await oldRealm(name, record, kept)
  const backup = await writeBackup(folder, old, wanted.options.realmFile)
  throwIfInterrupted(signal)
  await uninterrupted(async () => {
    await replaceRealm(found, {
      old: { realm: signingKey(keyOfBefore ?? key)(old), record },
      wanted: { realm, record: wanted.record },
      backup,
    })
    if (key !== keyOfBefore) await writeSigningKey(folder, name, key)
  })
  return finish(backup)
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

function anotherKey(name: string, file: string): string {
  return `The realm "${name}" gets another signing key: the one that it has is not in ${file}. Tokens of before do not verify any more, and MCP servers that have cached the keys have to be restarted.`
}
