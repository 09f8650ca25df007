import { Parser } from 'htmlparser2'

/** A named `input` or `button` of a form. */
interface Field {
  readonly name: string
  readonly type: string
  readonly value: string
}

/** A form of a page. */
export interface PageForm {
  readonly id: string
  readonly action: string
  readonly fields: readonly Field[]
}

/** The parts of a login page that a login needs. */
export interface LoginPage {
  readonly forms: readonly PageForm[]
  /** The page's error message, else its title, else its text. */
  readonly text: string
}

/** A page that was not read to its end. */
export class PageTooLarge extends Error {
  override readonly name = 'PageTooLarge'
}

/** Bounds of one page. Keycloak's and FastMCP's pages have less than a tenth of each. */
export const PAGE_LIMITS = {
  characters: 1_000_000,
  elements: 10_000,
  'nested elements': 200,
  attributes: 20_000,
  forms: 20,
  'form fields': 200,
} as const

/** Length of the shown text. */
const TEXT_LENGTH = 200

/** Elements that a form sends. */
const FIELDS = ['input', 'button']

/** Elements with invisible text. */
const UNSEEN = ['script', 'style', 'template']

/** Ranks of texts: the lowest one that is not empty is shown. */
const RANKS = { message: 0, title: 1, rest: 2 } as const

/** Ids of the elements with Keycloak's reason for a refusal. */
const MESSAGE_IDS = ['input-error', 'input-error-username']

/**
 * Reads a page as a stream, without a tree. The work grows with the length of the page and ends at the limits.
 *
 * @throws {PageTooLarge}
 */
export function readLoginPage(html: string): LoginPage {
  const used = { characters: 0, elements: 0, 'nested elements': 0, attributes: 0, forms: 0, 'form fields': 0 }
  const use = (kind: keyof typeof PAGE_LIMITS, amount = 1) => {
    used[kind] += amount
    if (used[kind] > PAGE_LIMITS[kind]) throw new PageTooLarge(`more than ${PAGE_LIMITS[kind]} ${kind}`)
  }
  const forms: (PageForm & { readonly fields: Field[] })[] = []
  const open: Place[] = []
  const inside = () => open.at(-1) ?? OUTSIDE
  const texts = ['', '', '']
  const ended = [false, false, false]
  use('characters', html.length)
  const parser = new Parser({
    onopentagname: () => use('elements'),
    onattribute: () => use('attributes'),
    onopentag(name, attributes) {
      if (open.length >= used['nested elements']) use('nested elements')
      open.push(placeOf(name, attributes, inside()))
      if (name === 'form') {
        use('forms')
        forms.push({ id: attributes.id ?? '', action: attributes.action ?? '', fields: [] })
      }
      if (!inside().isInForm || !FIELDS.includes(name) || attributes.name === undefined) return
      use('form fields')
      const { name: field, type = '', value = '' } = attributes
      forms.at(-1)?.fields.push({ name: field, type: type.toLowerCase(), value })
    },
    onclosetag() {
      const { rank } = open.pop() ?? OUTSIDE
      if (rank !== inside().rank && texts[rank]?.trim()) ended[rank] = true // the first one of its rank is shown
    },
    ontext(text) {
      const { rank, isUnseen } = inside()
      const known = texts[rank] ?? ''
      if (isUnseen || ended[rank] || known.length > TEXT_LENGTH) return
      const piece = text.slice(0, 10 * TEXT_LENGTH).replace(/\s+/g, ' ')
      texts[rank] = known.endsWith(' ') ? known + piece.trimStart() : known + piece
    },
  })
  parser.end(html)
  const text = texts.map((one) => one.trim()).find(Boolean) ?? ''
  return { forms, text: text.slice(0, TEXT_LENGTH) }
}

/** An open element, with properties that apply to everything in it. */
interface Place {
  readonly rank: number
  readonly isInForm: boolean
  readonly isInError: boolean
  readonly isUnseen: boolean
}

const OUTSIDE: Place = { rank: RANKS.rest, isInForm: false, isInError: false, isUnseen: false }

function placeOf(name: string, attributes: Readonly<Record<string, string>>, outer: Place): Place {
  const { id = '', class: classes = '' } = attributes
  const isInError = outer.isInError || id === 'kc-error-message'
  return {
    rank: Math.min(outer.rank, rankOf(name, id, classes, isInError)),
    isInForm: outer.isInForm || name === 'form',
    isInError,
    isUnseen: outer.isUnseen || UNSEEN.includes(name),
  }
}

function rankOf(name: string, id: string, classes: string, isInError: boolean): number {
  const has = (wanted: string) => ` ${classes} `.includes(` ${wanted} `)
  const isMessage = MESSAGE_IDS.includes(id) || has('kc-feedback-text') || (isInError && has('instruction'))
  if (isMessage) return RANKS.message
  return name === 'title' || id === 'kc-page-title' ? RANKS.title : RANKS.rest
}
