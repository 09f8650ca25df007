import { givenRealmOptions, type RealmOptions } from './realm-options.ts'
import { flagName, negatedFlag } from './schema.ts'
import { shellWord } from './shell-word.ts'

/** The overlay that changes nothing: in place of all others it takes them off. */
const NO_OVERLAY = 'none'

/** The options of a realm that take a list of texts. */
type ListOption = {
  [Key in keyof RealmOptions]-?: RealmOptions[Key] extends readonly string[] ? Key : never
}[keyof RealmOptions]

/** What a realm is to have besides what it has. */
export type AddedOptions = { readonly [Key in ListOption]?: readonly string[] }

/**
 * The command that makes the realm anew with something more. An option that takes a list replaces the one that the
 * realm remembers, so the values of before are repeated.
 *
 * @param before the options that the realm was made with; `undefined`: not known, as if none
 */
export function resetCommand(before: RealmOptions | undefined, added: AddedOptions = {}): string {
  return `mcp-keycloak reset-realm${addedFlags(before, added)}`
}

/** The flags of all given options, each with a space before it. */
export function optionFlags(options: RealmOptions): string {
  const flags = givenRealmOptions(options).flatMap(({ key, value }) => {
    if (typeof value === 'boolean') return [value ? flagName(key) : negatedFlag(key)]
    return [value].flat().map((one) => `${flagName(key)} ${shellWord(String(one))}`)
  })
  return flags.map((flag) => ` ${flag}`).join('')
}

/** The flags of {@link resetCommand}, each with a space before it. */
export function addedFlags(before: RealmOptions | undefined, added: AddedOptions): string {
  const flags = (Object.entries(added) as [ListOption, readonly string[]][]).flatMap(([key, values]) => {
    const kept = before?.[key] ?? []
    const there = new Set(kept.map((value) => nameOf(key, value)))
    const more = [...new Set(values)].filter((value) => !there.has(nameOf(key, value)))
    return [...kept, ...more].map((value) => `${flagName(key)} ${argument(value)}`)
  })
  return flags.map((flag) => ` ${flag}`).join('')
}

/**
 * The command that makes the realm anew without an overlay, and with its others.
 *
 * @param before the options that the realm was made with; `undefined`: not known
 */
export function resetWithout(overlay: string, before: RealmOptions | undefined): string {
  const others = before?.with.filter((name) => name !== overlay) ?? ['<overlay>']
  const flags = (others.length > 0 ? others : [NO_OVERLAY]).map((name) => ` --with ${argument(name)}`)
  return `mcp-keycloak reset-realm${flags.join('')}`
}

/** What must not be there twice. */
function nameOf(key: ListOption, value: string): string {
  if (key === 'user') return (value.split(':')[0] ?? '').toLowerCase()
  return key === 'scope' ? value.replace(/:"[^"]*"$/, '') : value
}

/** A placeholder of ours, also after a name. Nothing else may have its brackets, which a shell takes for files. */
const PLACEHOLDER = /^(?:(?:[\w@%+=,./-]+|<[a-z -]+>):)?<[a-z -]+>$/

/** A placeholder stays readable; anything else is safe in a shell. */
function argument(value: string): string {
  return PLACEHOLDER.test(value) ? value : shellWord(value)
}
