import { givenRealmOptions, type RealmOptions } from './realm-options.ts'
import { flagName, negatedFlag } from './schema.ts'
import { shellWord } from './shell-word.ts'

/** The name in place of all overlays that removes them. */
const NO_OVERLAY = 'none'

/** The options of a realm that take a list of texts. */
type ListOption = {
  [Key in keyof RealmOptions]-?: RealmOptions[Key] extends readonly string[] ? Key : never
}[keyof RealmOptions]

/** Values to add to a realm's options. */
export type AddedOptions = { readonly [Key in ListOption]?: readonly string[] }

/**
 * The command that recreates the realm with additional values. A list option replaces the remembered list, so the
 * command repeats the previous values.
 *
 * @param before the options that the realm was created with; `undefined`: not known, as if none
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
 * The command that recreates the realm without one overlay and with its others.
 *
 * @param before the options that the realm was created with; `undefined`: not known
 */
export function resetWithout(overlay: string, before: RealmOptions | undefined): string {
  const others = before?.with.filter((name) => name !== overlay) ?? ['<overlay>']
  const flags = (others.length > 0 ? others : [NO_OVERLAY]).map((name) => ` --with ${argument(name)}`)
  return `mcp-keycloak reset-realm${flags.join('')}`
}

/** The part of a value that is unique in its list. */
function nameOf(key: ListOption, value: string): string {
  if (key === 'user') return (value.split(':')[0] ?? '').toLowerCase()
  return key === 'scope' ? value.replace(/:"[^"]*"$/, '') : value
}

/** A placeholder, also after a name. No other value may have angle brackets, which are redirections in a shell. */
const PLACEHOLDER = /^(?:(?:[\w@%+=,./-]+|<[a-z -]+>):)?<[a-z -]+>$/

/** A placeholder stays readable; anything else is safe in a shell. */
function argument(value: string): string {
  return PLACEHOLDER.test(value) ? value : shellWord(value)
}
