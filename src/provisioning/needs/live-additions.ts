import { type Drift, driftBetween } from '../../realm/compare/drift.ts'
import { meetNeeds, type NeedStep, needSteps } from '../../realm/needs/all.ts'
import type { UnmetNeed } from '../../realm/needs/need.ts'
import type { Json } from '../../realm/overlay.ts'
import type { Realm } from '../../realm/schema.ts'
import { addInPlace } from '../bring-in-place.ts'
import type { LiveRealm } from '../live-realm.ts'
import { liveSources } from './needs.ts'

/** The change of a realm that meets one need. */
export interface Addition {
  readonly need: UnmetNeed
  /** `expected` is the value after the change. */
  readonly changes: readonly Drift[]
}

/** The additions to a realm on a server that make it ready for MCP. */
export interface Additions {
  readonly added: readonly Addition[]
  /** Changes that loosen a stricter setting of the realm. */
  readonly loosened: readonly Addition[]
}

/**
 * Plans the additions to a realm on a server. Nothing is changed.
 *
 * @param mcpUrls the MCP URLs that tokens are for; empty: those of the realm, else the default one
 */
export async function planAdditions(live: LiveRealm, mcpUrls: readonly string[]): Promise<Additions> {
  const sources = await liveSources(live, mcpUrls)
  const realm = (await live.exported()) as Realm
  const loosens = ({ need }: NeedStep) => need.loosens !== null
  return {
    added: needSteps(realm, sources, false).map(addition),
    loosened: needSteps(realm, sources, true).filter(loosens).map(addition),
  }
}

function addition({ need, before, after }: NeedStep): Addition {
  return { need, changes: driftBetween(after, before) }
}

/**
 * Adds to a realm on a server what it lacks for MCP. What the realm has stays, also its passwords, sessions and keys.
 *
 * @param loosen also loosens stricter settings that are in the way
 * @throws {McpKeycloakError} `KEYCLOAK_FAILED`
 */
export async function addToRealm(
  live: LiveRealm,
  mcpUrls: readonly string[],
  loosen: boolean,
): Promise<void> {
  const actual = (await live.exported()) as Json
  const { realm } = meetNeeds(actual as Realm, await liveSources(live, mcpUrls), loosen)
  await addInPlace(live, actual, realm)
}
