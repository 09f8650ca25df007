import { readdir, readFile } from 'node:fs/promises'
import { stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { parse, type Token } from 'acorn'
import { analyse } from 'scslre'
import { describe, expect, it } from 'vitest'

import { LOOPBACK_NAMES } from '../../../src/config/loopback.ts'

const SRC = fileURLToPath(new URL('../../../src', import.meta.url))

interface Pattern {
  readonly source: string
  readonly flags: string
}

/** Every regular expression that is written in a source. */
function patternsIn(source: string): readonly Pattern[] {
  const found = new Map<number, Pattern>()
  const onToken = ({
    type,
    start,
    value,
  }: Token & { readonly value?: { pattern: string; flags: string } }) => {
    if (type.label === 'regexp' && value) found.set(start, { source: value.pattern, flags: value.flags })
  }
  parse(stripTypeScriptTypes(source), { ecmaVersion: 'latest', sourceType: 'module', onToken })
  return [...found.values(), ...composedIn(source)]
}

/** The patterns that are composed with the names of this machine. */
function composedIn(source: string): readonly Pattern[] {
  const composed = source.matchAll(/new RegExp\((?:String\.raw)?`([^`]*\$\{LOOPBACK_NAMES\}[^`]*)`\)/g)
  return [...composed].map(([, text = '']) => ({
    source: text.replaceAll('${LOOPBACK_NAMES}', LOOPBACK_NAMES),
    flags: '',
  }))
}

/** Node 22 refuses a pattern that has a name twice, even in two alternatives. */
function hasNameTwice({ source }: Pattern): boolean {
  const names = [...source.matchAll(/\(\?<(\w+)>/g)].map(([, name]) => name)
  return new Set(names).size < names.length
}

const superLinear = (pattern: Pattern) => analyse(pattern).reports.length > 0

describe('the patterns of the source', async () => {
  const paths = (await readdir(SRC, { recursive: true })).filter((path) => path.endsWith('.ts'))
  const all = await Promise.all(
    paths.map(async (path) =>
      patternsIn(await readFile(join(SRC, path), 'utf8')).map((pattern) => ({ path, ...pattern })),
    ),
  )

  it('take time that grows with the text, and no faster', () => {
    expect(all.flat().length).toBeGreaterThan(300)
    expect(all.flat().filter(({ source }) => source.includes(LOOPBACK_NAMES))).toHaveLength(5) // and its own
    expect(all.flat().filter(superLinear)).toEqual([])
  }, 60_000)

  it('compile on Node 22', () => {
    expect(all.flat().filter(hasNameTwice)).toEqual([])
  })
})

describe('the check of patterns', () => {
  it.each([/\s+$/, /\\+(["'])/, / {2,}\w+\.py:\d+\s*$/, /(?:x+x+)+y/, /(\d+[^/]*)\/bin/])(
    'finds %s',
    ({ source, flags }) => {
      expect(superLinear({ source, flags })).toBe(true)
    },
  )

  it('finds a name that is there twice', () => {
    expect(hasNameTwice({ source: '(?<a>x)|(?<a>y)', flags: '' })).toBe(true)
    expect(hasNameTwice({ source: '(?<a>x)|(?<b>y)', flags: '' })).toBe(false)
  })

  it('reads patterns out of TypeScript', () => {
    expect(patternsIn('const a: RegExp = /a+$/gu; const b = 4 / 2 / 1; const c = `/x/`')).toEqual([
      { source: 'a+$', flags: 'gu' },
    ])
  })
})
