import { command } from './command.ts'
import type { RealmOptions } from './realm-options.ts'

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
  return command('reset-realm', addedOptions(before, added))
}

/** The lists of the options with the additional values, each value once. */
export function addedOptions(before: RealmOptions | undefined, added: AddedOptions): AddedOptions {
  const lists = (Object.entries(added) as [ListOption, readonly string[]][]).map(([key, values]) => {
    const kept = before?.[key] ?? []
    const there = new Set(kept.map((value) => nameOf(key, value)))
    const more = [...new Set(values)].filter((value) => !there.has(nameOf(key, value)))
    return [key, [...kept, ...more]]
  })
  return Object.fromEntries(lists)
}

/**
 * The command that recreates the realm without one overlay and with its others.
 *
 * @param before the options that the realm was created with; `undefined`: not known
 */
export function resetWithout(overlay: string, before: RealmOptions | undefined): string {
  const others = before?.with.filter((name) => name !== overlay) ?? ['<overlay>']
  return command('reset-realm', { with: others.length > 0 ? others : [NO_OVERLAY] })
}

/** The part of a value that is unique in its list. */
function nameOf(key: ListOption, value: string): string {
  if (key === 'user') return (value.split(':')[0] ?? '').toLowerCase()
  return key === 'scope' ? value.replace(/:"[^"]*"$/, '') : value
}
