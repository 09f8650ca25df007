import { command } from '../config/command.ts'
import type { Config } from '../config/schema.ts'
import { McpKeycloakError } from '../errors.ts'
import { findInstance } from '../instance/instance.ts'
import { type Admin, adminLogin } from '../keycloak/admin.ts'
import { findRealmRecord, type RealmRecord, realmNames } from '../keycloak/realms.ts'
import type { RunningKeycloak } from '../runtime/runtime.ts'
import { newestBackup } from './backup.ts'
import { plannedRealmName } from './plan-realm.ts'
import { type ResetJournal, readJournal } from './reset-journal.ts'

/** A realm that is on a running Keycloak. */
export interface FoundRealm {
  readonly keycloak: RunningKeycloak
  readonly admin: Admin
  readonly name: string
  /** The record that mcp-keycloak keeps in a managed realm; `null` for any other realm. */
  readonly record: RealmRecord | null
}

/**
 * Finds the realm that the options name, on the running instance.
 *
 * @throws {McpKeycloakError} `NOT_RUNNING`, `REALM_NOT_FOUND`, `ADMIN_LOGIN_REFUSED`
 */
export async function findRealm(config: Config): Promise<FoundRealm> {
  const { keycloak } = await findInstance(config)
  return findRealmOn(keycloak, config)
}

/**
 * Finds the realm that the options name, on that Keycloak.
 *
 * @throws {McpKeycloakError} `REALM_NOT_FOUND` with the names of the existing realms, `ADMIN_LOGIN_REFUSED`
 */
export async function findRealmOn(keycloak: RunningKeycloak, config: Config): Promise<FoundRealm> {
  const [admin, name] = await Promise.all([adminLogin(keycloak), plannedRealmName(config)])
  const record = await findRealmRecord(admin, name)
  if (record !== undefined) return { keycloak, admin, name, record }
  const [backup, journal] = await Promise.all([
    newestBackup(keycloak.folder, name),
    readJournal(keycloak.folder, name),
  ])
  if (journal) throw beingReset(name, keycloak.url, journal)
  throw new McpKeycloakError('REALM_NOT_FOUND', {
    what: `There is no realm "${name}" at ${keycloak.url}.`,
    why: `The realms there: ${(await realmNames(admin)).join(', ') || 'none'}.`,
    fix: backup
      ? `As it was before its last reset: ${command('up', { realmFile: backup })}; or name another one: --realm <name>`
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
