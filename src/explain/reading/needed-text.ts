/** The shortest text that saves work. */
const SHORTEST = 3

/** The length of a text that few other texts contain. */
const LONG_ENOUGH = 5

/** A part of a pattern: the texts of which a matching text has at least one. Empty: not known. */
type Needed = readonly string[]

/**
 * Finds the texts of which every text that matches a pattern has at least one, in lower case and without blanks. A text
 * without all of them need not be matched, and most texts are.
 */
export function neededText(pattern: RegExp): Needed {
  return neededBy(alternatives(pattern.source)).map(fromRarest)
}

/** Letters of English, the frequent ones first. */
const FREQUENT = 'etaoinsrhdlucmfywgpbvkxqjz'

/** Cuts a text to its end from the rarest character: a search for it stops at few places. */
function fromRarest(text: string): string {
  const rarity = (at: number) => (FREQUENT.indexOf(text[at] ?? '') + 27) % 27
  const starts = Array.from({ length: Math.max(1, text.length - LONG_ENOUGH) }, (_, at) => at)
  return text.slice(starts.reduce((best, at) => (rarity(at) > rarity(best) ? at : best), 0))
}

/** Without blanks and in lower case, as {@link neededText} is. */
export function squeezed(text: string): string {
  return text.replace(/\s+/g, '').toLowerCase()
}

function neededBy(parts: readonly string[]): Needed {
  const each = parts.map((part) => best(runs(part)))
  return each.every((needed) => needed.length > 0) ? each.flat() : []
}

/** Prefers one long text to several short ones. */
function best(all: readonly Needed[]): Needed {
  const weight = (needed: Needed) => Math.min(...needed.map((text) => text.length)) / needed.length
  const usable = all.filter((needed) => needed.length > 0 && needed.every(({ length }) => length >= SHORTEST))
  return usable.toSorted((one, other) => weight(other) - weight(one))[0] ?? []
}

/** The literal texts of an alternative, and those of its groups. */
function runs(part: string): readonly Needed[] {
  const found: Needed[] = []
  let run = ''
  const end = () => {
    if (run) found.push([squeezed(run)])
    run = ''
  }
  for (const { text, quantifier } of atoms(part)) {
    const optional = /^[?*]|^\{0/.test(quantifier)
    const literal = literalOf(text)
    if (literal !== undefined && !optional) run += literal
    else {
      end()
      if (!optional && isGroup(text)) found.push(neededBy(alternatives(text.slice(headOf(text).length, -1))))
    }
    if (quantifier && literal !== undefined && !optional) end()
  }
  end()
  return found
}

const isGroup = (text: string) => text.startsWith('(') && !/^\(\?<?[!=]/.test(text)

/** The beginning of a group: `(`, `(?:` or `(?<name>`. */
function headOf(group: string): string {
  return /^\((?:\?:|\?<\w+>)?/.exec(group)?.[0] ?? '('
}

function literalOf(text: string): string | undefined {
  if (text.length === 1 && !/[.^$]/.test(text)) return text
  return /^\\[^\w]$/.test(text) ? text[1] : undefined
}

/** Splits a pattern at the bars that are in no group. */
function alternatives(source: string): readonly string[] {
  const parts = ['']
  for (const { text, quantifier } of atoms(source)) {
    if (text === '|') parts.push('')
    else parts.push(`${parts.pop() ?? ''}${text}${quantifier}`)
  }
  return parts
}

/** A character, escape, class or group of a pattern, with what repeats it. */
interface Atom {
  readonly text: string
  readonly quantifier: string
}

function atoms(source: string): readonly Atom[] {
  const found: Atom[] = []
  for (let at = 0; at < source.length; ) {
    const text = source.slice(at, endOfAtom(source, at))
    at += text.length
    const quantifier =
      text === '|' ? '' : (/^(?:[?*+]|\{\d+(?:,\d*)?\})\??/.exec(source.slice(at, at + 12))?.[0] ?? '')
    at += quantifier.length
    found.push({ text, quantifier })
  }
  return found
}

function endOfAtom(source: string, at: number): number {
  const first = source[at]
  if (first === '\\') return at + 2
  if (first !== '[' && first !== '(') return at + 1
  const last = first === '[' ? ']' : ')'
  let end = at + 1
  while (end < source.length && source[end] !== last) {
    end = first === '[' && source[end] !== '\\' ? end + 1 : endOfAtom(source, end)
  }
  return end + 1
}
