import { z } from 'zod'
import { command } from '../config/command.ts'
import {
  changedRealmOptions,
  givenOptions,
  parseRealmOptions,
  type RealmOptions,
} from '../config/realm-options.ts'
import { flagName } from '../config/schema.ts'
import type { RealmRecord } from '../keycloak/realms.ts'
import type { RealmPlan } from './plan-realm.ts'

/** An existing realm that differs from the options. */
export const realmDifferenceSchema = z
  .strictObject({
    /** The difference, or the reason why it is unknown. */
    why: z.string(),
    /** The options that differ, as flags. */
    options: z.array(z.string()).readonly(),
    /** The command that creates the realm that the options describe. */
    fix: z.string(),
    /** The command that shows each different setting. */
    compare: z.string(),
  })
  .readonly()

/** An existing realm that differs from the options. */
export type RealmDifference = z.infer<typeof realmDifferenceSchema>

/**
 * Describes how the realm on the server differs from the options. The commands repeat every option, so they can be
 * pasted.
 *
 * @param record `null` for an unmanaged realm
 */
export function realmDifference(record: RealmRecord | null, wanted: RealmPlan): RealmDifference {
  const flags = givenOptions(wanted.options)
  const compare = command('realm diff', flags)
  if (record === null) {
    return {
      why: 'mcp-keycloak did not create it.',
      options: [],
      fix: command('up', { realm: '<name>' }, flags),
      compare,
    }
  }
  const before = parseRealmOptions(record.options)
  const options = changedRealmOptions(before, wanted.options).map(flagName)
  const why =
    options.length > 0
      ? `It was created with another value of ${options.join(', ')}.`
      : `It was created from previous contents of ${sources(wanted.options)}.`
  return { why, options, fix: command('reset-realm', flags), compare }
}

/** Describes the difference in one paragraph, with its commands. */
export function differenceWarning(realm: string, { why, fix, compare }: RealmDifference): string {
  return `${differenceHeadline(realm)} ${why} To replace it: ${fix}; to compare: ${compare}`
}

/** Describes the difference in the first line of a report. */
export function differenceHeadline(realm: string): string {
  return `The realm "${realm}" is not as you asked, and was left unchanged.`
}

/** The files that a realm is created from, in words. */
function sources({ realmFile, with: overlays }: RealmOptions): string {
  return [realmFile ?? 'the built-in realm', ...overlays].join(' or ')
}
