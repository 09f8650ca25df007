import { McpKeycloakError, throwIfInterrupted } from '../../errors.ts'
import { driftBetween } from '../../realm/compare/drift.ts'
import { overlayOf } from '../../realm/compare/overlay-of.ts'
import { withoutMasked } from '../../realm/compare/tidy.ts'
import { applyOverlays, type Json } from '../../realm/overlay.ts'
import type { Realm } from '../../realm/schema.ts'

/** What is left out because it is a default may be none beside another setting; two rounds were enough for all we saw. */
const ROUNDS = 4

/** How a file that is to make a realm is tried. */
export interface Trial {
  readonly wanted: Json
  /** The realm that is made of the content: of the file itself, or of the realm's file with the overlay on it. */
  readonly realmOf: (content: Json) => Promise<Realm>
  /** What the server makes of a realm. */
  readonly make: (realm: Realm) => Promise<Json>
  /** How one would write a thing by hand, in which list. */
  readonly write: (list: string, item: Json) => Json
  /** Without what a file may not name. */
  readonly nameable: (realm: Json) => Json
  readonly complete: (content: Json) => Json
  readonly signal: AbortSignal | undefined
}

/** A file that was tried. */
export interface Tried {
  readonly content: Json
  /** In which settings the realm that is made of it is another one. */
  readonly missing: readonly string[]
  /** Why it could not be tried to the end. */
  readonly problem?: McpKeycloakError
}

/** Adds to a file what it takes to make the wanted realm, by trying it out. */
export async function mendExport(start: Json, trial: Trial): Promise<Tried> {
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
