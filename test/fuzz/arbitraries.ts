import fc from 'fast-check'

import { KNOWN_FAILURES } from '../../src/explain/all.ts'
import { BASE_REALM_FILE, loadRealm } from '../../src/realm/load.ts'
import { HOSTILE } from '../helpers/hostile/hostile-text.ts'

/** Pieces that parsers and patterns stumble over when they are repeated. */
const PIECES = [
  ' ',
  '\\',
  '[',
  '{"a":',
  '"',
  'eyJ',
  '-eyJa',
  '\n',
  '\r',
  '=',
  ',',
  '&amp;',
  'type="A"',
  'realms/a',
  '/',
  '<div>',
]

/** Names that every object has. */
const NAMES = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'length', '']

const EXAMPLES = KNOWN_FAILURES.map(({ example }) => example)

/** Any text that somebody may send: bytes, scripts, escapes, repetitions, known failures. */
export const text: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
  { weight: 3, arbitrary: fc.string({ unit: 'grapheme', maxLength: 40 }) },
  { weight: 2, arbitrary: fc.constantFrom(HOSTILE, ...NAMES, ...EXAMPLES) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.string(), fc.constantFrom(HOSTILE, '\u001b[2J', '\u202e', '\n✔ all fine'))
      .map((parts) => parts.join('')),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(...PIECES), fc.integer({ min: 1, max: 3000 }))
      .map(([piece, times]) => piece.repeat(times)),
  },
)

/** A short text, mostly a plain word. */
export const word: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.string({ unit: fc.constantFrom(...'abcxyz019-_.:/@'), minLength: 1, maxLength: 12 }),
  },
  { weight: 1, arbitrary: text },
)

/** Any JSON value. */
export const json: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', maxDepth: 4 },
    fc.constantFrom<unknown>(null, true, 0, -1, 1e308, {}, []),
    text,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(word, tie('value'), { maxKeys: 4 }),
  ),
})).value

const BASE = await loadRealm(BASE_REALM_FILE)

/** The realm that we ship, with a value put in at some places. */
export const brokenRealm: fc.Arbitrary<unknown> = fc
  .array(fc.tuple(fc.array(fc.nat(40), { minLength: 1, maxLength: 5 }), json), { minLength: 1, maxLength: 3 })
  .map((changes) => {
    const realm = structuredClone(BASE) as Record<string, unknown>
    for (const [path, value] of changes) put(realm, path, value)
    return realm
  })

function put(target: unknown, [step = 0, ...rest]: readonly number[], value: unknown): void {
  if (typeof target !== 'object' || target === null) return
  const keys = Object.keys(target)
  const key = keys[step % Math.max(keys.length, 1)]
  if (key === undefined) return
  const holder = target as Record<string, unknown>
  if (rest.length === 0) holder[key] = value
  else put(holder[key], rest, value)
}

/** The contents of a file that should be JSON. */
export const file = (value: fc.Arbitrary<unknown>): fc.Arbitrary<string | Uint8Array> =>
  fc.oneof(
    { weight: 6, arbitrary: value.map((one) => JSON.stringify(one) ?? '') },
    {
      weight: 2,
      arbitrary: fc.tuple(value, fc.nat(5000)).map(([one, end]) => (JSON.stringify(one) ?? '').slice(0, end)),
    },
    { weight: 1, arbitrary: text },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        '['.repeat(100_000),
        '{"a":'.repeat(50_000),
        `${'['.repeat(5000)}${']'.repeat(5000)}`,
      ),
    },
  )
