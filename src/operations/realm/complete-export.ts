import { McpKeycloakError, throwIfInterrupted } from '../../errors.ts'
import { driftBetween } from '../../realm/compare/drift.ts'
import { overlayOf } from '../../realm/compare/overlay-of.ts'
import { withoutMasked } from '../../realm/compare/tidy.ts'
import { applyOverlays, type Json } from '../../realm/overlay.ts'
import type { Realm } from '../../realm/schema.ts'

/** Limit of trials. An omitted default can depend on another setting. Two trials were enough in all known cases. */
const ROUNDS = 4

/** The functions and the wanted realm for a trial of a realm file. */
export interface Trial {
  readonly wanted: Json
  /** Renders a realm from the content: the file itself, or the realm's file with the overlay. */
  readonly realmOf: (content: Json) => Promise<Realm>
  /** Creates a realm on the server and reads it. */
  readonly make: (realm: Realm) => Promise<Json>
  /** Writes an item of a list as a person would. */
  readonly write: (list: string, item: Json) => Json
  /** Removes the parts that a file may not name. */
  readonly nameable: (realm: Json) => Json
  readonly complete: (content: Json) => Json
  readonly signal: AbortSignal | undefined
}

/** A file that was tried. */
export interface Tried {
  readonly content: Json
  /** The settings in which a realm created from the file differs. */
  readonly missing: readonly string[]
  /** The reason why the trial failed. */
  readonly problem?: McpKeycloakError
}

/** Completes a file by trials until it creates the wanted realm. */
export async function completeExport(start: Json, trial: Trial): Promise<Tried> {
  let best: Tried | undefined
  let content = start
  for (let round = 0; round < ROUNDS; round++) {
    throwIfInterrupted(trial.signal)
    const tried = await tryOut(content, trial)
    if ('problem' in tried) return best ?? { content, missing: [], problem: tried.problem }
    if (best && tried.missing.length >= best.missing.length) return best
    best = { content, missing: tried.missing }
    if (Object.keys(tried.more).length === 0) return best
    content = trial.complete(applyOverlays(content as Realm, [{ name: 'export', content: tried.more }]))
  }
  return best ?? { content, missing: [] }
}

type Outcome =
  | { readonly missing: readonly string[]; readonly more: Json }
  | { readonly problem: McpKeycloakError }

async function tryOut(content: Json, trial: Trial): Promise<Outcome> {
  try {
    const file = await trial.realmOf(content)
    const made = await trial.make(file)
    const missing = driftBetween(trial.wanted, made).map(({ path }) => path)
    const { value: more } = withoutMasked(
      overlayOf({
        file,
        made: trial.nameable(made),
        wanted: trial.nameable(trial.wanted),
        write: trial.write,
      }),
    )
    return { missing, more }
  } catch (error) {
    const ours = error instanceof McpKeycloakError && ['REALM_INVALID', 'REALM_REFUSED'].includes(error.code)
    if (!ours) throw error
    return { problem: error }
  }
}
