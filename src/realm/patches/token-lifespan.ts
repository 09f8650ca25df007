import type { RealmPatch } from '../schema.ts'

/** Keycloak's defaults for sessions: half an hour of idleness, ten hours in all. */
const DEFAULT_IDLE_SECONDS = 1800
const DEFAULT_MAX_SECONDS = 36_000

/**
 * Sets how long an access token is valid, in seconds. The session lasts at least twice as long, because Keycloak ends a
 * token with its session. If the refresh token ended first, the user would have to log in again.
 */
export function tokenLifespan(seconds: number): RealmPatch {
  return (realm) => ({
    ...realm,
    accessTokenLifespan: seconds,
    ...atLeast('ssoSessionIdleTimeout', realm.ssoSessionIdleTimeout ?? DEFAULT_IDLE_SECONDS, 2 * seconds),
    ...atLeast('ssoSessionMaxLifespan', realm.ssoSessionMaxLifespan ?? DEFAULT_MAX_SECONDS, 2 * seconds),
  })
}

function atLeast(setting: string, before: unknown, seconds: number): Readonly<Record<string, number>> {
  return Number(before) >= seconds ? {} : { [setting]: seconds }
}
