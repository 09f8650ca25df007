import { globSync, readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'

import { type Token, tokenizer } from 'acorn'
import { expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '..', '..', '..')

/** Words in a row that make a sentence. Fewer are a value or a name. */
const WORDS = 6

/** Words of other programs, which the sources know and the tests play. */
const THEIRS =
  /not permitted to use|account is not fully|database may be|is insufficient memory|error_description|no bearer token|^urn /

interface Text {
  readonly text: string
  readonly line: number
}

/** The strings of a source, or only those that a matcher or a table of cases is given. Snapshots are left out. */
function stringsOf(source: string, assertedOnly: boolean): readonly Text[] {
  const found: Text[] = []
  const tokens = [
    ...tokenizer(stripTypeScriptTypes(source), {
      ecmaVersion: 'latest',
      sourceType: 'module',
      locations: true,
    }),
  ]
  let depth = 0
  let until: number | undefined = assertedOnly ? undefined : -1
  for (const [index, token] of tokens.entries()) {
    const { label } = token.type
    const matcher = label === '(' && tokens[index - 2]?.type.label === '.' ? nameOf(tokens[index - 1]) : ''
    if (/^(?:to[A-Z](?!\w*Snapshot)|each$)/.test(matcher)) until ??= depth
    if (/^[([{]$|^\$\{$/.test(label)) depth += 1
    if (/^[)\]}]$/.test(label)) depth -= 1
    if (until !== undefined && until >= 0 && depth <= until && label === ')') until = undefined
    const isText = label === 'string' || label === 'template'
    if (until !== undefined && isText) found.push({ text: nameOf(token), line: token.loc?.start.line ?? 0 })
  }
  return found
}

const nameOf = (token: Token | undefined) => String((token as { value?: unknown } | undefined)?.value ?? '')

/** Each {@link WORDS} words in a row, without URLs. */
function sequences(text: string): readonly string[] {
  const words =
    text
      .toLowerCase()
      .replace(/\w+:\/\/\S*/g, ' ')
      .match(/[\p{L}\p{N}'_-]+/gu) ?? []
  return words.slice(WORDS - 1).map((_, index) => words.slice(index, index + WORDS).join(' '))
}

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8')
const all = (pattern: string) => globSync(pattern, { cwd: ROOT })

it('no test repeats a sentence of the sources outside of a snapshot', () => {
  const ours = new Set(
    all('src/**/*.ts')
      .filter((path) => !/^src\/explain\/(?:failures|short)\//.test(path)) // messages of other programs
      .flatMap((path) => stringsOf(read(path), false).flatMap(({ text }) => sequences(text))),
  )
  expect(ours.size).toBeGreaterThan(5000)
  const repeated = all('test/{unit,integration,e2e}/**/*.test.ts').flatMap((path) =>
    stringsOf(read(path), true).flatMap(({ text, line }) => {
      const words = sequences(text).find((some) => ours.has(some) && !THEIRS.test(some))
      return words === undefined ? [] : [`${path}:${line}: ${words}`]
    }),
  )
  expect(repeated).toEqual([])
}, 60_000)

it('finds the strings that matchers and tables are given', () => {
  const source = `it.each([['a', f('b')]])('c', (x: string) => {
    expect(g('d')).toMatchObject({ why: \`e \${h('f')} g\` })
    expect(x).toMatchInlineSnapshot('i')
  })`
  expect(stringsOf(source, true).map(({ text }) => text)).toEqual(['a', 'b', 'e ', 'f', ' g'])
  expect(sequences('See https://a.test one two three four five six')).toEqual([
    'see one two three four five',
    'one two three four five six',
  ])
})
