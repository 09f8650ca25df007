import type { RealmPatch } from '../schema.ts'

/** What Keycloak has when a realm says nothing: half an hour of idleness, ten hours in all. */
const DEFAULT_IDLE_SECONDS = 1800
const DEFAULT_MAX_SECONDS = 36_000

/**
 * How long an access token is good for, in seconds. Its session lasts twice as long at least: Keycloak ends a token
 * with its session, and a refresh token that ends first would make the user log in again.
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
