import { loadOverlay } from '../../../src/realm/load-overlay.ts'
import { type RenderOptions, renderRealm } from '../../../src/realm/render.ts'
import type { Realm } from '../../../src/realm/schema.ts'
import { BASE_REALM, NO_OPTIONS } from './base-realm.ts'

const OVERLAY = await loadOverlay('token-exchange', BASE_REALM.realm)

/** The realm that we ship, with the overlay `token-exchange` on it. */
export function tokenExchangeRealm(options: Partial<RenderOptions> = {}): Realm {
  return renderRealm(BASE_REALM, { ...NO_OPTIONS, ...options }, [OVERLAY])
}
