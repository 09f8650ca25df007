import {
  mergeRealmOptions,
  NO_REALM_OPTIONS,
  parseRealmOptions,
  type RealmOptions,
} from '../config/realm-options.ts'
import type { Config } from '../config/schema.ts'
import { McpKeycloakError } from '../errors.ts'
import type { RealmRecord } from '../keycloak/realms.ts'
import { fileWarnings } from '../realm/file-warnings.ts'
import { BASE_REALM_FILE } from '../realm/load.ts'
import type { Overlay } from '../realm/overlay.ts'
import { filledText, withoutVariables } from '../realm/placeholders.ts'
import { type RealmFiles, realmFiles } from '../realm/realm-files.ts'
import { withDefaultRolesOf } from '../realm/realm-name.ts'
import { hashRealm, renderRealm } from '../realm/render.ts'
import type { Realm } from '../realm/schema.ts'
import { additions, type CompletedRealm } from './needs/needs.ts'

/** A realm to apply, or one that was applied with the same options. */
export interface RealmPlan extends CompletedRealm {
  readonly record: RealmRecord
  /** The settings that Keycloak ignores, adds or cannot use. */
  readonly warnings: readonly string[]
}

/**
 * Refuses an unusable realm file or overlay before any work begins.
 *
 * @throws {McpKeycloakError} `REALM_INVALID`
 */
export async function assertRealmFiles(config: Config, files: RealmFiles): Promise<void> {
  const { realm } = await files.realm(config.realmFile ?? BASE_REALM_FILE, config.realm)
  await Promise.all(config.with.map((name) => files.overlay(name, realm)))
}

/**
 * The name of the wanted realm: the requested one, else the realm file's own.
 *
 * @throws {McpKeycloakError} `REALM_INVALID`
 */
export async function plannedRealmName(config: Config, files: RealmFiles = realmFiles()): Promise<string> {
  const base = await files.realm(config.realmFile ?? BASE_REALM_FILE, config.realm)
  return config.realm ?? named(base, config).realm
}

/**
 * Plans the realm that the options describe. For options that are not given, an existing realm's remembered ones apply.
 *
 * @throws {McpKeycloakError} `REALM_INVALID`
 */
export async function planRealm(
  config: Config,
  remembered?: RealmRecord | null,
  files: RealmFiles = realmFiles(),
): Promise<RealmPlan> {
  const before = remembered ? parseRealmOptions(remembered.options) : NO_REALM_OPTIONS
  try {
    return await plan(files, config.realm, mergeRealmOptions(config, before))
  } catch (error) {
    throw isRefusal(error) && !namesGiven(error, config) && namesGiven(error, before) ? gone(error) : error
  }
}

/** Whether the error is about a file that these options name. */
function namesGiven({ message }: McpKeycloakError, { realmFile, with: overlays }: RealmOptions): boolean {
  return [...(realmFile === undefined ? [] : [realmFile]), ...overlays].some((file) => message.includes(file))
}

/** Creates the error for a missing or broken file that only the realm's remembered options name. */
function gone({ message, why, cause }: McpKeycloakError): McpKeycloakError {
  return new McpKeycloakError('REALM_INVALID', {
    what: message,
    why: `${why} The realm was made from it when it was applied.`,
    fix: 'Put it back, or name what takes its place: --realm-file <file>; for an overlay --with <file>.',
    cause,
  })
}

/** Whether the cause is the user's file, not a bug. */
function isRefusal(error: unknown): error is McpKeycloakError {
  return error instanceof McpKeycloakError && error.code === 'REALM_INVALID'
}

/** Plans the realm from its remembered options, whatever the present ones are. */
export function rememberedRealm(
  realm: string,
  remembered: RealmRecord,
  files: RealmFiles = realmFiles(),
): Promise<RealmPlan> {
  return plan(files, realm, parseRealmOptions(remembered.options))
}

/** Plans the realm from its remembered options; returns the reason when its file is gone or has become unusable. */
export async function rememberedOrReason(
  realm: string,
  remembered: RealmRecord,
  files: RealmFiles = realmFiles(),
): Promise<RealmPlan | { readonly reason: string }> {
  try {
    return await rememberedRealm(realm, remembered, files)
  } catch (error) {
    if (!isRefusal(error)) throw error
    return {
      reason: `What the realm "${realm}" was made from is not known any more. ${error.message} ${error.why}`,
    }
  }
}

/** Renders the realm with these options and one more overlay that has no file yet. */
export async function realmWithOverlay(
  realm: string,
  options: RealmOptions,
  overlay: Overlay,
  files: RealmFiles = realmFiles(),
): Promise<Realm> {
  return (await plan(files, realm, options, [overlay])).realm
}

/** A realm file whose name may be a placeholder, with its name. */
function named(base: Realm, { variables }: Pick<RealmOptions, 'variables'>): Realm {
  const realm = filledText(base.realm, variables === false ? {} : process.env)
  if (realm.includes('${')) throw nameless(realm)
  return realm === base.realm ? base : { ...withDefaultRolesOf(base, base.realm, realm), realm }
}

function nameless(realm: string): McpKeycloakError {
  return new McpKeycloakError('REALM_INVALID', {
    what: 'The realm has no name.',
    why: `Its name in the realm file is the placeholder ${realm}, which has no value.`,
    fix: 'Name the realm: --realm <name>; or set the environment variable.',
  })
}

async function plan(
  files: RealmFiles,
  realmName: string | undefined,
  options: RealmOptions,
  more: readonly Overlay[] = [],
): Promise<RealmPlan> {
  const file = await files.realm(options.realmFile ?? BASE_REALM_FILE, realmName)
  const base = realmName === undefined ? named(file, options) : file
  const overlays = await Promise.all(options.with.map((name) => files.overlay(name, base.realm)))
  const add = await additions(options, files)
  let met: CompletedRealm['met'] = []
  const complete = (realm: Realm): Realm => {
    const added = add?.(realm)
    met = added?.met ?? []
    return added?.realm ?? realm
  }
  const rendered = renderRealm(base, { ...options, realm: realmName }, [...overlays, ...more], complete)
  const realm = options.variables === false ? withoutVariables(rendered) : rendered
  const record = { hash: hashRealm(realm), options: JSON.stringify(options) }
  return { realm, met, options, record, warnings: fileWarnings(realm) }
}
