import type { RealmPatch } from './schema.ts'

/** How long an access token is good for, in seconds. */
export function tokenLifespan(seconds: number): RealmPatch {
  return (realm) => ({ ...realm, accessTokenLifespan: seconds })
}
