import { completeOverlay } from '../compare/clean.ts'
import { withoutNotes } from '../compare/comparable.ts'
import { overlayOf } from '../compare/overlay-of.ts'
import type { Json } from '../overlay.ts'
import type { Realm } from '../schema.ts'

/**
 * Computes the overlay of an addition. An overlay removes nothing.
 *
 * @param realm the realm as its file has it, or as the server exports it
 * @param isLive the file of the realm is not known. The overlay then has all of a list that Keycloak would otherwise fill.
 */
export function additionOverlay(realm: Realm, after: Realm, isLive: boolean): Json {
  const content = overlayOf({
    file: realm,
    made: realm,
    wanted: after,
    write: (_, item) => withoutNotes(item),
  })
  return isLive ? completeOverlay(content, withoutNotes(after) as Realm, { realm: realm.realm }) : content
}
