import { z } from 'zod'

import { changedRealmOptions, parseRealmOptions, type RealmOptions } from '../config/realm-options.ts'
import { optionFlags } from '../config/reset-command.ts'
import { flagName } from '../config/schema.ts'
import type { RealmRecord } from '../keycloak/realms.ts'
import type { RealmPlan } from './plan-realm.ts'

/** A realm that is there, and is not the one that the options ask for. */
export const realmDifferenceSchema = z
  .strictObject({
    /** In what it differs, or why that is not known. */
    why: z.string(),
    /** The options in which it differs, as flags. */
    options: z.array(z.string()).readonly(),
    /** The command that brings the realm that was asked for. */
    fix: z.string(),
    /** The command that shows each setting that differs. */
    compare: z.string(),
  })
  .readonly()

/** A realm that is there, and is not the one that the options ask for. */
export type RealmDifference = z.infer<typeof realmDifferenceSchema>

/**
 * Describes how the realm on the server differs from the one that was asked for. Its commands repeat every option, so
 * that they can be pasted.
 *
 * @param record `null` for a realm that is not ours
 */
export function realmDifference(record: RealmRecord | null, wanted: RealmPlan): RealmDifference {
  const flags = optionFlags(wanted.options)
  const compare = `mcp-keycloak realm diff${flags}`
  if (record === null) {
    return {
      why: 'mcp-keycloak did not create it.',
      options: [],
      fix: `mcp-keycloak up --realm <name>${flags}`,
      compare,
    }
  }
  const before = parseRealmOptions(record.options)
  const options = changedRealmOptions(before, wanted.options).map(flagName)
  const why =
    options.length > 0
      ? `It was created with another value of ${options.join(', ')}.`
      : `It was created from previous contents of ${sources(wanted.options)}.`
  return { why, options, fix: `mcp-keycloak reset-realm${flags}`, compare }
}

/** The difference in one sentence, with its commands. */
export function differenceWarning(realm: string, { why, fix, compare }: RealmDifference): string {
  return `${differenceHeadline(realm)} ${why} To replace it: ${fix}\nTo compare: ${compare}`
}

/** The difference, as the first line of a report says it. */
export function differenceHeadline(realm: string): string {
  return `The realm "${realm}" is not as you asked, and was left unchanged.`
}

/** The files that a realm is made from, as a person would call them. */
function sources({ realmFile, with: overlays }: RealmOptions): string {
  return [realmFile ?? 'the built-in realm', ...overlays].join(' or ')
}
