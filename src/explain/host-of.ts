import { NO_REALM_OPTIONS, type RealmOptions } from '../config/realm-options.ts'
import { flagName } from '../config/schema.ts'
import { shellWord } from '../config/shell-word.ts'
import type { RealmContext } from './known-failure.ts'

/** The name of the realm that `up` makes when it is not told another. */
const DEFAULT_REALM = 'fastmcp'

/** The host of a URI of any scheme, as `--trusted-host` takes it. */
export function hostOf(uri: string | undefined): string | undefined {
  if (uri === undefined || !URL.canParse(uri)) return undefined
  return new URL(uri).hostname || undefined
}

/** The options of the realm that take a list of texts. */
type ListOption = {
  [Key in keyof RealmOptions]: RealmOptions[Key] extends readonly string[] ? Key : never
}[keyof RealmOptions]

/** The command that makes the realm anew, with one value more in a list. */
export function resetRealm(realm: RealmContext, key?: ListOption, value?: string): string {
  const reset = `mcp-keycloak reset-realm${realmFlag(realm)}`
  if (key === undefined || value === undefined) return reset
  const values = new Set([...(realm.options ?? NO_REALM_OPTIONS)[key], value])
  return [reset, ...[...values].map((one) => `${flagName(key)} ${argument(one)}`)].join(' ')
}

/** `--realm shop` where it is not the usual one. */
export function realmFlag({ realm }: RealmContext): string {
  return realm === undefined || realm === DEFAULT_REALM ? '' : ` --realm ${shellWord(realm)}`
}

/** A placeholder stays readable; anything else is safe in a shell. */
function argument(value: string): string {
  return /^<[a-z -]+>$/.test(value) ? value : shellWord(value)
}
