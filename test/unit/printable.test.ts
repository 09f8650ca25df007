import { execFileSync } from 'node:child_process'

import { describe, expect, it } from 'vitest'

import { shellWord } from '../../src/config/shell-word.ts'
import { McpKeycloakError } from '../../src/errors.ts'
import { isPrintable, printable, printableJson, printableLine } from '../../src/printable.ts'
import { escapesIn, HOSTILE } from '../helpers/hostile/hostile-text.ts'

describe('a text that is shown', () => {
  it.each([
    ['\u001b[2Jgone\u0007', '\ufffd[2Jgone\ufffd'],
    ['\u009b31mred', '\ufffd31mred'],
    ['evil\u202etxt.exe', 'evil\ufffdtxt.exe'],
    ['\u2066a\u2069', '\ufffda\ufffd'],
    ['ad\u200bmin', 'ad\ufffdmin'],
    ['ad\u200dmin', 'ad\ufffdmin'],
    ['1\ufe0f', '1\ufffd'],
    ['a\u{e0061}', 'a\ufffd'],
    ['\u3164', '\ufffd'],
    ['a\ud800b', 'a\ufffdb'],
    ['two\r\nlines\tand\u2028more', 'two\ufffd\nlines\tand\ufffdmore'],
  ])('has U+FFFD for each character that steers or hides: %j', (text, shown) => {
    expect(printable(text)).toBe(shown)
    expect(isPrintable(text)).toBe(false)
  })

  it.each([
    'Ünïcode, 日本語 and 👩‍💻 👨‍👩‍👧‍👦 ❤️ 1️⃣',
    '🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}',
    'می\u200cخواهم क्\u200dष',
    'שלום مرحبا',
  ])('keeps what people write: %j', (text) => {
    expect(printable(text)).toBe(text)
  })

  it('is one line where there is room for one, and is cut', () => {
    expect(printableLine(' a\nb\r\n')).toBe('a b')
    expect(printableLine('x'.repeat(100), 10)).toBe(`${'x'.repeat(9)}…`)
    expect(printableLine('\u001b'.repeat(1e6)).length).toBeLessThan(5000)
  })
})

describe('JSON that is shown', () => {
  it('loses nothing, and has no escape', () => {
    const value = { [HOSTILE]: [HOSTILE, '\u0000\ud800'], plain: 'Ünïcode 👩‍💻' }
    for (const indent of [undefined, 2]) {
      const json = printableJson(value, indent)
      expect(JSON.parse(json)).toEqual(value)
      expect(escapesIn(json)).toEqual([])
    }
  })
})

describe('an error', () => {
  it('is safe to show, whoever wrote a part of it', () => {
    const { message, why, fix } = new McpKeycloakError('USAGE_INVALID', {
      what: `It is "${HOSTILE}".`,
      why: [`a ${HOSTILE}`, HOSTILE],
      fix: `Remove ${HOSTILE}`,
    })
    expect([message, why, fix].flatMap((line) => escapesIn(line))).toEqual([])
    expect([message, why, fix].map((text) => text.split('\n').length)).toEqual([1, 2, 1])
  })

  it('has so many lines and characters, and no more', () => {
    const text = { what: 'x'.repeat(1e6), why: Array(1000).fill('a'), fix: '  indented' }
    const { message, why, fix } = new McpKeycloakError('USAGE_INVALID', text)
    expect(message).toHaveLength(4000)
    expect(why.split('\n').slice(-2)).toEqual(['a', '… and 950 more lines'])
    expect(fix).toBe('  indented')
  })
})

describe('a word of a command that is pasted', () => {
  it.each([HOSTILE, 'a\nb', "it's \\ \u001b", '$HOME `id`'])(
    'means the same to bash, and shows no escape: %j',
    (value) => {
      const word = shellWord(value)
      expect(escapesIn(word)).toEqual([])
      expect(word).not.toContain('\n')
      expect(execFileSync('bash', ['-c', `printf %s ${word}`], { encoding: 'utf8' })).toBe(value)
    },
  )
})
