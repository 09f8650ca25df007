import { realmEndpoints } from '../../config/endpoints.ts'
import type { Config } from '../../config/schema.ts'
import type { Gathered } from '../../doctor/check.ts'
import { isMissing, type Missing, type Server } from '../../doctor/subjects.ts'
import { plannedRealmName } from '../../provisioning/plan-realm.ts'
import { playground } from './doctor-playground.ts'
import { asOurs, firstSight, readRealm, serverInfo } from './doctor-realm.ts'
import { asHost, findServer, gatherMachine, readKnownState, silence } from './doctor-server.ts'

const NOT_LOGGED_IN: Missing = {
  missing: 'The administrator could not log in.',
  fix: 'See "Administrator" above.',
}

/**
 * Starts to gather the subjects of all checks. A subject that is not available is missing, with the reason.
 *
 * @throws {McpKeycloakError} `REALM_INVALID` when the realm file of the options cannot be read
 */
export async function gatherSubjects(config: Config, signal: AbortSignal | undefined): Promise<Gathered> {
  const name = await plannedRealmName(config)
  const known = readKnownState(config)
  const machine = gatherMachine(config, known)
  const instance = findServer(config, known)
  const address = whenThere(instance, async ({ url, state }) => ({ url, state, silence: await silence(url) }))
  const server = whenThere(instance, async ({ url, state, login, runtime }): Promise<Server | Missing> => {
    const there = await address
    if (!isMissing(there) && there.silence !== undefined)
      return { missing: 'Keycloak does not answer.', fix: 'See "Health" above.' }
    const loginBeganMs = Date.now()
    return { endpoints: realmEndpoints(url, name), runtime, state, administrator: login(), loginBeganMs }
  })
  const admin = whenThere(server, ({ administrator }) => administrator.catch(() => NOT_LOGGED_IN))
  const sight = whenThere(admin, (there) => firstSight(there, name))
  const realm = whenThere(sight, (seen) => readRealm(seen, name))
  return {
    machine,
    host: machine.then(asHost),
    address,
    server,
    info: whenThere(sight, serverInfo),
    realm,
    ours: whenThere(realm, (state) => asOurs(state, config, signal)),
    clientTrial: whenThere(server, ({ endpoints }) => playground(config, endpoints.issuer, realm)),
  }
}

/** Maps a value unless it is missing. A missing value keeps its reason. */
async function whenThere<From extends object, To extends object>(
  promise: Promise<From | Missing>,
  next: (from: From) => Promise<To | Missing> | To | Missing,
): Promise<To | Missing> {
  const from = await promise
  return isMissing(from) ? from : next(from)
}
