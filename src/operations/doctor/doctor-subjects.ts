import { realmEndpoints } from '../../config/endpoints.ts'
import type { Config } from '../../config/schema.ts'
import type { Gathered } from '../../doctor/check.ts'
import { isMissing, type Missing, type Server } from '../../doctor/subjects.ts'
import { adminLogin } from '../../keycloak/admin.ts'
import { type LiveServer, liveRealm, liveServer, type MaybeRealm } from '../../provisioning/live-realm.ts'
import { plannedRealmName } from '../../provisioning/plan-realm.ts'
import type { RealmFiles } from '../../realm/realm-files.ts'
import { playground } from './doctor-playground.ts'
import { asOurs, readRealm, serverInfo } from './doctor-realm.ts'
import { asHost, findServer, gatherMachine, readKnownState, unreachableReason } from './doctor-server.ts'

const NOT_LOGGED_IN: Missing = {
  missing: 'The administrator could not log in.',
  fix: 'See "Administrator" above.',
}

/** The subjects of all checks, and the realm that they are about. */
export interface GatheredSubjects extends Gathered {
  readonly live: Promise<MaybeRealm | Missing>
}

/**
 * Starts to gather the subjects of all checks. A subject that is not available is missing, with the reason.
 *
 * @throws {McpKeycloakError} `REALM_INVALID` when the realm file of the options cannot be read
 */
export async function gatherSubjects(
  config: Config,
  files: RealmFiles,
  signal: AbortSignal | undefined,
): Promise<GatheredSubjects> {
  const name = await plannedRealmName(config, files)
  const known = readKnownState(config)
  const machine = gatherMachine(config, known)
  const instance = findServer(config, known)
  const address = mapPresent(instance, async ({ url, state }) => ({
    url,
    state,
    silence: await unreachableReason(url),
  }))
  const server = mapPresent(instance, async (found): Promise<LoggedInServer | Missing> => {
    const { url, state, runtime } = found
    const there = await address
    if (!isMissing(there) && there.silence !== undefined)
      return { missing: 'Keycloak does not answer.', fix: 'See "Health" above.' }
    const loginBeganMs = Date.now()
    const login = mapPresent(found.keycloak(), async (keycloak) =>
      liveServer(keycloak, await adminLogin(keycloak)),
    )
    const administrator = mapPresent(login, ({ admin }) => admin)
    return { endpoints: realmEndpoints(url, name), runtime, state, administrator, loginBeganMs, login }
  })
  const loggedIn = mapPresent(server, ({ login }) => login.catch(() => NOT_LOGGED_IN))
  const live = mapPresent(loggedIn, (there) => liveRealm(there, name, files))
  const realm = mapPresent(live, (found) => readRealm(found, config.mcpUrl))
  return {
    machine,
    host: machine.then(asHost),
    address,
    server,
    info: mapPresent(live, serverInfo),
    realm,
    ours: mapPresent(realm, (state) => asOurs(state, signal)),
    clientTrial: mapPresent(server, ({ endpoints }) => playground(config, endpoints.issuer, realm, files)),
    live,
  }
}

interface LoggedInServer extends Server {
  readonly login: Promise<LiveServer | Missing>
}

/** Maps a value unless it is missing. A missing value keeps its reason. */
async function mapPresent<From extends object, To extends object>(
  promise: Promise<From | Missing>,
  next: (from: From) => Promise<To | Missing> | To | Missing,
): Promise<To | Missing> {
  const from = await promise
  return isMissing(from) ? from : next(from)
}
