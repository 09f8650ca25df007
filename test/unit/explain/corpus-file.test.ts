import { createHash } from 'node:crypto'

import { describe, expect, it } from 'vitest'

import { readCorpus } from '../../helpers/explain/explain-corpus.ts'

const develop = readCorpus('corpus')
const heldOut = readCorpus('corpus-held-out')
const later = readCorpus('corpus-later')
const first = [...develop, ...heldOut]
const all = [...first, ...later]

const distinct = (values: readonly string[]) => new Set(values).size
const counted = (values: readonly string[]) =>
  Object.fromEntries(
    Object.entries(Object.groupBy(values, (value) => value)).map(([key, of]) => [key, of?.length]),
  )

const hash = (text: string) => createHash('sha256').update(text).digest('hex')

/** Chooses the held-out threads: in each family every third one, in the order of their hashes. */
function heldOutThreads(): readonly string[] {
  const family = new Map<string, string>()
  for (const one of first.toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
    if (!family.has(one.thread)) family.set(one.thread, one.family)
  }
  const groups = Object.values(Object.groupBy(family.keys(), (thread) => family.get(thread) ?? ''))
  return groups.flatMap((threads = []) =>
    threads.toSorted((a, b) => (hash(a) < hash(b) ? -1 : 1)).filter((_, index) => index % 3 === 1),
  )
}

/** Tokens, keys, e-mail addresses, and hosts where packages come from. */
const FORBIDDEN: readonly RegExp[] = [
  /eyJ[\w-]{10,}\.[\w-]+\./,
  /BEGIN [A-Z ]*PRIVATE KEY/,
  /\bgh[pousr]_\w{10,}|\bsk-\w{16,}|\bAKIA[0-9A-Z]{12,}/,
  /[\w.+-]+@(?!\d)[\w-]+\.(?:com|org|net|io|de)\b/,
  /(?:registry|files|repo1?|proxy|deb|static|index)\.(?:npmjs|pypi|pythonhosted|maven|golang|debian|crates)\b/,
  /\b(?:quay|ghcr|docker|gcr)\.io\b|\.pkg\.dev\b/,
  /(?:\/Users\/|\/home\/|C:\\Users\\)(?!dev\b)[a-z]/i,
]

describe('the corpus of failure messages', () => {
  it('has the promised size and breadth', () => {
    expect(all.length).toBeGreaterThanOrEqual(320)
    expect(heldOut.length).toBeGreaterThanOrEqual(90)
    expect(distinct(all.map(({ program }) => program.replace(/ \(.*/, '')))).toBeGreaterThanOrEqual(25)
    expect(all.filter(({ message }) => message.includes('\n')).length).toBeGreaterThanOrEqual(80)
    expect(all.filter(({ family }) => family === 'unrelated').length).toBeGreaterThanOrEqual(25)
  })

  it('has each message once', () => {
    expect(distinct(all.map(({ id }) => id))).toBe(all.length)
    const words = all.map(({ message }) =>
      message
        .replace(/[\s`">]+/g, ' ')
        .trim()
        .toLowerCase(),
    )
    expect(distinct(words)).toBe(all.length)
  })

  it('holds out every third thread of a family, in the order of a hash', () => {
    const expected = new Set(heldOutThreads())
    expect(new Set(heldOut.map(({ thread }) => thread))).toEqual(expected)
    expect([...develop, ...later].filter(({ thread }) => expected.has(thread))).toEqual([])
  })

  it('has the common families in both parts', () => {
    const parts = [develop, heldOut].map((part) => counted(part.map(({ family }) => family)))
    const common = Object.entries(counted(first.map(({ family }) => family))).filter(
      ([, count = 0]) => count >= 10,
    )
    for (const [family] of common) for (const part of parts) expect(part[family]).toBeGreaterThanOrEqual(2)
  })

  it('names a second family only if it is another one', () => {
    expect(all.filter(({ family, alsoFamily }) => family === alsoFamily)).toEqual([])
  })

  it.each(FORBIDDEN)('has nothing that matches %s', (pattern) => {
    expect(all.filter((entry) => pattern.test(JSON.stringify(entry))).map(({ id }) => id)).toEqual([])
  })

  it('names only values that its message shows', () => {
    const hidden = all.flatMap(({ id, message, values }) =>
      Object.entries(values)
        .filter(([, value]) => !shows(message, value))
        .map(([name]) => `${id}: ${name}`),
    )
    expect(hidden).toEqual([])
  })
})

/** Whether each word of a value is in a message, also in an encoded or wrapped message. */
function shows(message: string, value: string): boolean {
  const plain = message.replaceAll(/%25/g, '%').replaceAll('%2B', ' ')
  return value.split(/[\s,]+/).every((word) => plain.includes(word))
}
