import type { Admin } from '../keycloak/admin.ts'
import { type ExportedRealm, exportRealm } from '../keycloak/export-realm.ts'
import { findRealmRecord, type RealmRecord } from '../keycloak/realms.ts'
import { type ServerSelf, serverSelf } from '../keycloak/server-info.ts'
import { once } from '../once.ts'
import type { RealmFiles } from '../realm/realm-files.ts'
import type { RunningKeycloak } from '../runtime/runtime.ts'

/** A running Keycloak with its administrator's login. */
export interface LiveServer {
  readonly keycloak: RunningKeycloak
  readonly admin: Admin
  /** The server's description of itself. Asked once. */
  readonly self: () => Promise<ServerSelf>
}

/** A realm on a running Keycloak, found once for a whole command. */
export interface LiveRealm<Record = RealmRecord | null> extends LiveServer {
  readonly name: string
  /** The files that the command renders realms from. */
  readonly files: RealmFiles
  /** The record of a managed realm; `null` for any other realm. */
  readonly record: Record
  /** The realm on the server. Exported once. */
  readonly exported: () => Promise<ExportedRealm>
}

/** A realm that may be missing: its record is `undefined` then. */
export type MaybeRealm = LiveRealm<RealmRecord | null | undefined>

/** The place of a realm that exists or will exist. */
export type RealmPlace = Omit<MaybeRealm, 'record' | 'exported'>

/**
 * Describes a server to the functions of this room.
 *
 * @param self default: asks the server when it is first needed
 */
export function liveServer(
  keycloak: RunningKeycloak,
  admin: Admin,
  self: LiveServer['self'] = once(() => serverSelf(admin)),
): LiveServer {
  return { keycloak, admin, self }
}

/** Looks for a realm on a server. */
export async function liveRealm(server: LiveServer, name: string, files: RealmFiles): Promise<MaybeRealm> {
  return readAgain({ ...server, name, files })
}

/** Reads a realm again after it was changed. */
export async function readAgain(place: RealmPlace): Promise<MaybeRealm> {
  const { admin, name } = place
  const record = await findRealmRecord(admin, name)
  return { ...place, record, exported: once(() => exportRealm(admin, name)) }
}
