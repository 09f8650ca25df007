import { KNOWN_FAILURES } from '../all.ts'
import { SAYS_LITTLE } from '../failures/oauth-codes.ts'
import type { KnownFailure } from '../known-failure.ts'
import { plainText } from '../reading/plain-text.ts'
import { type Recognised, recogniseAnyCase, withoutVague } from '../recognise.ts'
import { failuresWithCode, failuresWithPart, MOST_FAILURES } from './parts.ts'
import { isEmpty, namedFailures } from './subjects.ts'
import { wordsOf } from './words.ts'

/** Lines and characters of a line that people type. */
const MOST_LINES = 3
const LONGEST_LINE = 160

/** Characters of any line that are read in upper or lower case. */
const LONGEST_TEXT = 4000

/** Failures that a few words name. */
export interface ShortAnswer {
  readonly recognised: readonly Recognised[]
  /** Whether the words are those of a program, and only one failure has them. */
  readonly sure: boolean
  /** Number of the line, from 1. */
  readonly line: number
  readonly text: string
}

/** The end of a sentence, and what quotes a line. */
const EDGES = /^[\s"'`{}[\]()*_#>~|-]+|[\s"'`{}[\]()*~|.!?,;:]{1,20}$/g

/** Characters that only program code has. */
const NOT_PROSE = /[{}[\];<>|\\$]|=[=>]|\w\(|[,(]$|^[-+*/#]|\w\.\w+\s?[=(]/

/** Words before a message that name its kind: "Error:", "OAuth error =", "We are sorry...". */
const LABEL =
  /^(?:we are sorry\W*|(?:[\w ]{0,30}\b)?(?:\w*Error|\w*Exception|error|failed|failure|warning|message|reason|details?|description|keycloak|oauth2?|oidc|login|response|status|code|error_description)["']? ?[:=] ?|(?:error|keycloak(?! session)|got|getting) (?=\S))/i

/** Words after a message that say nothing. */
const TAIL = / (?:error|exception|(?:error )?(?:in|from|with|on) keycloak)$/i

/** The name of an error class of an OAuth library. */
const CLASS = /^((?:[A-Z][a-z]+)+)Error$/

/** A code that is written as words. "Access denied" is not one: other programs say it too. */
const AS_WORDS = /^(?:invalid|unauthorized|unsupported|login|insufficient) [a-z ]+$/i

/** An error code in a response or a redirect, or before its description. */
const CODE = /(?:\berror["']?\s?[:=]\s?["']?|^(?=[a-z_]+: ))(?<code>[a-z]+(?:_[a-z]+)+)\b/

/** The failures of a code, by id, where patterns and events do not tell. */
const CODES: Readonly<Record<string, string>> = {
  already_logged_in: 'login-page-expired',
  not_allowed: 'registration-policy flow-disabled offline-access-not-allowed',
  client_not_found: 'client-not-found client-unknown',
  unknown_error: 'registration-stumbled',
  unsupported_grant_type: 'grant-type-unknown',
}

/** Explains a paste of one to three short lines in which no whole message is known. */
export function explainShort(lines: readonly string[]): readonly ShortAnswer[] {
  const filled = lines.flatMap((text, index) => (text.trim() ? [{ text: text.trim(), line: index + 1 }] : []))
  const isShort = filled.length <= MOST_LINES && filled.every(({ text }) => text.length <= LONGEST_LINE)
  return filled.flatMap(({ text, line }) => {
    const answer = isShort ? answerTo(text) : ofMessage(plainText(text.slice(0, LONGEST_TEXT)))
    return answer === undefined ? [] : [{ ...answer, line, text }]
  })
}

type Answer = Pick<ShortAnswer, 'recognised' | 'sure'>

function answerTo(text: string): Answer | undefined {
  const cores = coresOf(text)
  const ways = [ofMessage, ofCode]
  for (const core of cores) {
    for (const way of ways) {
      const answer = way(core)
      if (answer) return answer
    }
  }
  return (
    ofParts(cores, NOT_PROSE.test(text) ? [] : namedFailures(wordsOf(text)).flatMap(failureOf)) ??
    ofCodeIn(plainText(text))
  )
}

/** The text without what stands around a message, one layer after the other. */
function coresOf(text: string): readonly string[] {
  const cores = [plainText(text).replace(EDGES, '')]
  for (let core = cores[0] ?? ''; ; ) {
    const next = core.replace(LABEL, '').replace(TAIL, '').replace(EDGES, '')
    if (next === core || next === '') break
    cores.push(next)
    core = next
  }
  return cores
}

/** The answer to the words of a program, in upper or lower case. */
function ofMessage(core: string): Answer | undefined {
  const found = withoutVague([core, `${core}.`].flatMap(recogniseAnyCase))
  const recognised = [...new Map(found.map((one) => [one.failure, one])).values()]
  if (recognised.length === 0) return undefined
  return { recognised: recognised.slice(0, MOST_FAILURES), sure: recognised.length === 1 }
}

/** The answer to an error code, in the spelling of a class or of a page too. */
function ofCode(core: string): Answer | undefined {
  const name = CLASS.exec(core)?.[1]?.replace(/(?<=.)(?=[A-Z])/g, '_')
  const code =
    (name && (name.includes('_') ? name : `${name}_error`)) ??
    (AS_WORDS.test(core) ? core.replaceAll(' ', '_') : core)
  return /^[a-z]+(?:_[a-z]+)+$/i.test(code) ? ofKnownCode(code.toLowerCase()) : undefined
}

/** The answer to an error code beside other words: after "error=", before a colon, or in a sentence without content. */
function ofCodeIn(text: string): Answer | undefined {
  const [word = '', another] = text.match(/\b[a-z]+(?:_[a-z]+)+\b/g) ?? []
  const isAlone = another === undefined && isEmpty(wordsOf(text.replace(word, '')))
  const code = CODE.exec(text)?.groups?.code ?? (isAlone ? word : '')
  if (SAYS_LITTLE.test(code) && /_description\W/.test(text)) return undefined
  const answer = ofKnownCode(code)
  return answer && { ...answer, sure: false }
}

function ofKnownCode(code: string): Answer | undefined {
  if (code === '') return undefined
  const [own] = recogniseAnyCase(code)
  if (own) return { recognised: [own], sure: true }
  const failures = CODES[code]?.split(' ').flatMap(failureOf) ?? failuresWithCode(code)
  return failures.length > 0 ? { ...possible(failures), sure: failures.length === 1 } : undefined
}

/** The answer to a part of a message, and to words that name a failure. */
function ofParts(cores: readonly string[], named: readonly KnownFailure[]): Answer | undefined {
  const least = named.length > 0 ? 3 : 2
  const parts =
    cores.map((core) => failuresWithPart(wordsOf(core), least)).find(({ length }) => length > 0) ?? []
  const isOneCause = new Set(parts.map(({ cause }) => cause)).size === 1
  const usable = parts.length <= MOST_FAILURES || isOneCause ? parts : []
  const all = [...new Set([...usable, ...named])]
  return all.length === 0 ? undefined : { ...possible(all), sure: all.length === 1 && usable.length === 1 }
}

function possible(failures: readonly KnownFailure[]): Answer {
  return {
    recognised: failures.slice(0, MOST_FAILURES).map((failure) => ({ failure, facts: {} })),
    sure: false,
  }
}

function failureOf(id: string): readonly KnownFailure[] {
  return KNOWN_FAILURES.filter((failure) => failure.id === id)
}
