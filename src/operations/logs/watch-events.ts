import { command, commandTarget } from '../../config/command.ts'
import { parseRealmOptions } from '../../config/realm-options.ts'
import type { Config } from '../../config/schema.ts'
import { McpKeycloakError } from '../../errors.ts'
import type { Occurrence } from '../../explain/join-log.ts'
import type { RealmContext } from '../../explain/known-failure.ts'
import { findInstance } from '../../instance/instance.ts'
import { type Admin, adminLogin, answerText } from '../../keycloak/admin.ts'
import { eventSettings, eventsSince, type RealmEvent } from '../../keycloak/log/events.ts'
import { ourRealms } from '../../keycloak/realms.ts'
import { findRealm } from '../../provisioning/find-realm.ts'

/** Overlap of two requests, because an event is stored a moment after its time. */
const OVERLAP_MS = 10_000

/** The events of the realms of a server. */
export interface RealmEvents {
  /**
   * Returns the new events of all realms.
   *
   * @param fromMs time of the oldest event to return
   */
  next(fromMs: number): Promise<readonly Occurrence[]>
  isOurs(realm: string): boolean
  context(realm: string | undefined): RealmContext
  /** Returns the name that a client registered with. */
  clientName(realm: string | undefined, clientId: string | undefined): Promise<string | undefined>
}

/**
 * Polls a server for its events. Continues after a restart and after the end of the administrator's session.
 *
 * @param hasLog whether the caller also reads the server's log; failures in the log are then left out here
 */
export function watchEvents(config: Config, hasLog: boolean, onNote: (note: string) => void): RealmEvents {
  const target = commandTarget(config)
  const seen = new Map<string, number>()
  const names = new Map<string, string>()
  const said = new Set<string>()
  let contexts = new Map<string, RealmContext>()
  let admin: Admin | undefined
  let sinceMs: number | undefined
  let answered: boolean | undefined
  const once = (note: string) => {
    if (!said.has(note)) onNote(note)
    said.add(note)
  }
  const connect = async (): Promise<Admin> => {
    if (config.realm !== undefined) return (await findRealm(config)).admin
    return adminLogin((await findInstance(config)).keycloak)
  }

  const ask = async (connected: Admin, fromMs: number): Promise<readonly RealmEvent[]> => {
    const realms = await ourRealms(connected)
    contexts = new Map(
      realms.map(({ realm, options }) => [realm, { realm, target, options: parseRealmOptions(options) }]),
    )
    const wanted = config.realm === undefined ? [...contexts.keys()] : [config.realm]
    const found: RealmEvent[] = []
    for (const realm of wanted) {
      const { stored, logged } = await eventSettings(connected, realm)
      if (!stored) once(notStored(realm, logged))
      const events = stored ? await eventsSince(connected, realm, fromMs) : []
      found.push(...events.filter(({ type }) => !(hasLog && logged && type.endsWith('_ERROR'))))
    }
    return found
  }

  return {
    isOurs: (realm) => contexts.has(realm) || contexts.size === 0,
    context: (realm) => contexts.get(realm ?? '') ?? { realm, target },
    async next(fromMs) {
      const startedMs = Date.now()
      const wasConnected = admin !== undefined
      try {
        admin ??= await connect()
        const found = (await ask(admin, Math.max(fromMs, sinceMs ?? fromMs))).filter(
          ({ id }) => !seen.has(id),
        )
        sinceMs = startedMs - OVERLAP_MS
        for (const [id, time] of seen) if (time < sinceMs) seen.delete(id)
        for (const { id, time } of found) seen.set(id, time)
        if (answered === false) onNote('Keycloak answers again.')
        answered = true
        return found.map((event) => ({ atMs: event.time, event, logLines: [] }))
      } catch (cause) {
        admin = undefined
        if (wasConnected) return [] // the session expired or the server stopped: the next login reports which
        const error = cause instanceof McpKeycloakError ? cause : eventsRefused(cause)
        if (answered === undefined && (!hasLog || error.code === 'REALM_NOT_FOUND')) throw error
        if (answered !== false) onNote(`${error.message}${hasLog ? ' Its log alone is read.' : ''}`)
        answered = false
        return []
      }
    },
    async clientName(realm, clientId) {
      if (realm === undefined || clientId === undefined) return undefined
      const key = `${realm} ${clientId}`
      if (names.has(key) || admin === undefined) return names.get(key)
      const [client] = await admin.clients.find({ realm, clientId }).catch(() => [])
      if (client) names.set(key, client.name || clientId)
      return names.get(key)
    },
  }
}

function notStored(realm: string, logged: boolean): string {
  const missing = logged ? 'so what goes well is not told' : 'and logs none, so nothing of it is told'
  return `The realm "${realm}" stores no events, ${missing}. In the admin console: Realm settings, Events, User events settings, Save events.`
}

function eventsRefused(cause: unknown): McpKeycloakError {
  return new McpKeycloakError('ADMIN_LOGIN_REFUSED', {
    what: 'Keycloak does not give its events.',
    why: answerText(cause),
    fix: `See its log: ${command('logs', { level: 'WARN' })}`,
    cause,
  })
}
