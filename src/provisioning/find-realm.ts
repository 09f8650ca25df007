import { command } from '../config/command.ts'
import type { Config } from '../config/schema.ts'
import { McpKeycloakError } from '../errors.ts'
import { findInstance } from '../instance/instance.ts'
import { adminLogin } from '../keycloak/admin.ts'
import { realmNames } from '../keycloak/realms.ts'
import { type RealmFiles, realmFiles } from '../realm/realm-files.ts'
import type { RunningKeycloak } from '../runtime/runtime.ts'
import { newestBackup } from './backup.ts'
import { type LiveRealm, liveRealm, liveServer, type MaybeRealm } from './live-realm.ts'
import { plannedRealmName } from './plan-realm.ts'
import { type ResetJournal, readJournal } from './reset-journal.ts'

/**
 * Finds the realm that the options name, on the running instance.
 *
 * @throws {McpKeycloakError} `NOT_RUNNING`, `REALM_NOT_FOUND`, `ADMIN_LOGIN_REFUSED`
 */
export async function findRealm(config: Config): Promise<LiveRealm> {
  const { keycloak } = await findInstance(config)
  return existingRealm(await lookForRealm(keycloak, config))
}

/**
 * Looks for the realm that the options name, on that Keycloak.
 *
 * @throws {McpKeycloakError} `ADMIN_LOGIN_REFUSED`
 */
export async function lookForRealm(
  keycloak: RunningKeycloak,
  config: Config,
  files: RealmFiles = realmFiles(),
): Promise<MaybeRealm> {
  const [admin, name] = await Promise.all([adminLogin(keycloak), plannedRealmName(config, files)])
  return liveRealm(liveServer(keycloak, admin), name, files)
}

/**
 * Returns a realm that exists.
 *
 * @throws {McpKeycloakError} `REALM_NOT_FOUND` with the names of the existing realms
 */
export async function existingRealm(found: MaybeRealm): Promise<LiveRealm> {
  const { admin, keycloak, name, record } = found
  if (record !== undefined) return { ...found, record }
  const [backup, journal] = await Promise.all([
    newestBackup(keycloak.folder, name),
    readJournal(keycloak.folder, name),
  ])
  if (journal) throw beingReset(name, keycloak.url, journal)
  throw new McpKeycloakError('REALM_NOT_FOUND', {
    what: `There is no realm "${name}" at ${keycloak.url}.`,
    why: `The realms there: ${(await realmNames(admin)).join(', ') || 'none'}.`,
    fix: backup
      ? `To restore it as before its last reset: ${command('up', { realmFile: backup })}; or name another one: --realm <name>`
      : `Name one of them (--realm <name>), or make it: ${command('up', { realm: name })}`,
  })
}

function beingReset(name: string, url: string, { at }: ResetJournal): McpKeycloakError {
  return new McpKeycloakError('REALM_NOT_FOUND', {
    what: `There is no realm "${name}" at ${url}.`,
    why: `A reset of this realm was interrupted at ${new Date(at).toLocaleString()}. The realm lost no data.`,
    fix: `Finish the reset: ${command('reset-realm', { realm: name })}`,
  })
}
