import type { z } from 'zod'

import { type Config, configSchema } from './schema.ts'

/** The options that make a realm what it is; a realm remembers them, so that no later command has to repeat them. */
const realmOptionsSchema = configSchema.pick({
  realmFile: true,
  with: true,
  mcpUrl: true,
  trustedHost: true,
  user: true,
  scope: true,
  role: true,
  userAttribute: true,
  origin: true,
  downstream: true,
  serviceAccount: true,
  tokenLifespan: true,
  variables: true,
  consent: true,
})

/** The options by name. */
export const REALM_OPTION_KEYS = Object.keys(realmOptionsSchema.shape) as (keyof RealmOptions)[]

/** The options of a realm, without its name. */
export type RealmOptions = Readonly<z.infer<typeof realmOptionsSchema>>

/** No option given: the realm as its file has it. */
export const NO_REALM_OPTIONS: RealmOptions = realmOptionsSchema.parse({})

/** Parses the options that a realm remembers. An option that an older release did not know counts as not given. */
export function parseRealmOptions(json: string): RealmOptions {
  try {
    return realmOptionsSchema.loose().parse(JSON.parse(json))
  } catch {
    return NO_REALM_OPTIONS // the realm's attribute was edited by hand
  }
}

/** Remembered options without some of them. */
export function withoutOptions(json: string, forget: readonly (keyof RealmOptions)[]): string {
  if (forget.length === 0) return json
  const kept = Object.entries(parseRealmOptions(json)).filter(([key]) => !(forget as string[]).includes(key))
  return JSON.stringify(realmOptionsSchema.parse(Object.fromEntries(kept)))
}

/** The options given in `config`, and the remembered ones for all others. */
export function mergeRealmOptions(config: Config, before: RealmOptions): RealmOptions {
  const entries = REALM_OPTION_KEYS.map((key) => [key, isGiven(key, config) ? config[key] : before[key]])
  return Object.fromEntries(entries) as RealmOptions
}

/** The given options, for a person to read. */
export function givenRealmOptions(
  options: RealmOptions,
): readonly { readonly key: keyof RealmOptions; readonly value: unknown }[] {
  return changedRealmOptions(NO_REALM_OPTIONS, options).map((key) => ({ key, value: options[key] }))
}

/** The given options, as flags of a command. */
export function givenOptions(options: RealmOptions): Partial<RealmOptions> {
  return Object.fromEntries(givenRealmOptions(options).map(({ key, value }) => [key, value]))
}

/** The options in which two realms differ. */
export function changedRealmOptions(
  before: RealmOptions,
  after: RealmOptions,
): readonly (keyof RealmOptions)[] {
  return REALM_OPTION_KEYS.filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]))
}

function isGiven(key: keyof RealmOptions, config: Config): boolean {
  return JSON.stringify(config[key]) !== JSON.stringify(NO_REALM_OPTIONS[key])
}
