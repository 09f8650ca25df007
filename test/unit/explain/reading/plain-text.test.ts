import { describe, expect, it } from 'vitest'

import { continuation } from '../../../../src/explain/reading/lines.ts'
import { plainText, quotable } from '../../../../src/explain/reading/plain-text.ts'

describe('a line', () => {
  it.each([
    [
      'colours and links',
      '\u001b[1;31mred\u001b[0m \u001b]8;;http://a\u0007link\u001b]8;;\u0007',
      'red link',
    ],
    ['the entities of a page', 'doesn&#39;t &quot;match&quot; &amp;', `doesn't "match" &`],
    ['the escapes of JSON', String.raw`{\"a\":\"doesn\u0027t\"}`, `{"a":"doesn't"}`],
    ['typographic quotes', 'doesn’t', "doesn't"],
    [
      'an error in a redirect',
      'x?error_description=Invalid+scopes%3A+a&iss=b',
      'x?error_description=Invalid scopes: a&iss=b',
    ],
    ['one that is cut off', 'x?error_description=Invalid+scopes%3', 'x?error_description=Invalid+scopes%3'],
    [
      "the column of Python's rich",
      'token rejected for client         jwt.py:626',
      'token rejected for client',
    ],
  ])('is read without %s', (_, line, expected) => {
    expect(plainText(line)).toBe(expected)
  })
})

describe('the rest of a line that was wrapped', () => {
  const indented = (text: string) => `${' '.repeat(29)}${text}`

  it('is what is indented like it', () => {
    const lines = [indented('b'), indented('c  x.py:1'), '                    INFO     other', indented('d')]
    expect(continuation(lines)).toBe('b c')
  })

  it('is one line otherwise', () => {
    expect(continuation(['b', 'c'])).toBe('b')
    expect(continuation([])).toBe('')
  })
})

describe('what may be shown again', () => {
  it.each([
    ['a token', 'got eyJhbGciOiJIUzI1NiJ9.eyJhIjoxfQ.abc-_1 today', 'got eyJ… today'],
    ['a secret in JSON', '{"client_secret":"s3cret","a":1}', '{"client_secret":"…","a":1}'],
    ['a secret in a form', 'client_secret=s3cret&password=abc&x=1', 'client_secret=…&password=…&x=1'],
    ['a code in a redirect', '/callback?code=0a1b2c3d4e5f6a7b8c.d&state=x', '/callback?code=…&state=x'],
    ['a header', 'Authorization: Basic dXNlcjpwYXNzd29yZA==', 'Authorization: Basic …'],
  ])('has no %s in it', (_, line, expected) => {
    expect(quotable(line)).toBe(expected)
  })

  it('keeps the code of an error, and is cut to a length', () => {
    expect(quotable("{ code: 'ECONNREFUSED' }")).toBe("{ code: 'ECONNREFUSED' }")
    expect(quotable('x'.repeat(1000)).length).toBe(300)
  })
})
