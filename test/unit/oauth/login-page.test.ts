import { Parser, Tokenizer } from 'htmlparser2'
import { describe, expect, it } from 'vitest'

import { PAGE_LIMITS, PageTooLarge, readLoginPage } from '../../../src/oauth/login-page.ts'
import { hostilePages } from '../../helpers/hostile/hostile-answers.ts'
import { countedCalls } from '../support/counted-calls.ts'

const PARSER = [Parser, Tokenizer]

describe('a login page', () => {
  it('has its forms with their named fields, decoded', () => {
    const page = readLoginPage(`<html><head><title>Sign in</title></head><body>
      <form id="kc-form-login" action="/login?a=1&amp;b=2"><input type=HIDDEN name=c value="x&amp;y"><input name=username>
      </form><input name=outside><form action=consent><button name=accept value=Yes>Yes</button></form></body></html>`)
    expect(page.forms).toEqual([
      {
        id: 'kc-form-login',
        action: '/login?a=1&b=2',
        fields: [
          { name: 'c', type: 'hidden', value: 'x&y' },
          { name: 'username', type: '', value: '' },
        ],
      },
      { id: '', action: 'consent', fields: [{ name: 'accept', type: '', value: 'Yes' }] },
    ])
  })

  it.each([
    [
      'its error message',
      '<title>T</title><span id="input-error"> Invalid\n <b>password</b> </span>',
      'Invalid password',
    ],
    [
      "Keycloak's error page",
      '<h1 id="kc-page-title">Sorry</h1><div id="kc-error-message"><p class="a instruction">No</p></div>',
      'No',
    ],
    ['the first of its titles', '<title>One</title><h1 id="kc-page-title">Two</h1><p>Three</p>', 'One'],
    ['its text, without scripts and styles', '<style>a{}</style><script>b()</script><p>Seen</p>', 'Seen'],
    ['nothing, when it has none', '<input name=a>', ''],
  ])('is described by %s', (_what, html, text) => {
    expect(readLoginPage(html).text).toBe(text)
  })

  it.each(Object.entries(hostilePages('http://canary')))(
    'is read to its end or given up: %s',
    (_name, html) => {
      const read = () => readLoginPage(html)
      try {
        const { forms, text } = read()
        expect(forms.length).toBeLessThanOrEqual(PAGE_LIMITS.forms)
        expect(text.length).toBeLessThanOrEqual(200)
      } catch (error) {
        expect(error).toBeInstanceOf(PageTooLarge)
      }
    },
  )

  it.each<[string, (times: number) => string]>([
    ['elements', (times) => '<p>a</p>'.repeat(times)],
    [
      'nested elements that close',
      (times) => `${'<div>'.repeat(100)}${'</div>'.repeat(100)}`.repeat(times / 100),
    ],
    ['wrong ends in deep nesting', (times) => '<div>'.repeat(190) + '</b>'.repeat(times)],
    ['text', (times) => 'text '.repeat(10 * times)],
    ['entities', (times) => '&lt;'.repeat(10 * times)],
    ['attributes', (times) => `<p ${'a=b '.repeat(times)}>`],
    ['an attribute', (times) => `<p a="${'b&amp;'.repeat(10 * times)}">`],
    ['comments', (times) => '<!-- a -->'.repeat(times)],
    ['an open script', (times) => `<script>${'</scr'.repeat(2 * times)}`],
  ])('takes twice the work for twice as many %s', (_what, page) => {
    const [few, many] = [page(4_000), page(8_000)].map((html) =>
      countedCalls(PARSER, () => readLoginPage(html)),
    )
    expect(few).toBeGreaterThan(10)
    expect((many ?? 0) / (few ?? 1)).toBeLessThanOrEqual(2)
  })

  it('takes no more work at the limits, however long it is', () => {
    const [limit, far] = ['<div>'.repeat(300), '<div>'.repeat(190_000)].map((html) =>
      countedCalls(PARSER, () => expect(() => readLoginPage(html)).toThrow(PageTooLarge)),
    )
    expect(far).toBe(limit)
  })
})
