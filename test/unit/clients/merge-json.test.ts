import { describe, expect, it } from 'vitest'

import { mergeJson } from '../../../src/clients/merge-json.ts'

const PLACE = { file: '/project/.vscode/mcp.json', path: ['servers', 'my-server'] }
const ENTRY = { type: 'http', url: 'http://localhost:4321/mcp' }
const merge = (text: string | undefined) => mergeJson(text, PLACE, ENTRY)

describe('a JSON file', () => {
  it('may be one line', () => {
    expect(JSON.parse(merge('{"servers":{"a":{"command":"x"}},"b":1}').text)).toEqual({
      servers: { a: { command: 'x' }, 'my-server': ENTRY },
      b: 1,
    })
  })

  it('may have no servers yet, but a comment at its end', () => {
    expect(merge('{\n  "inputs": []\n  // servers, one day\n}').text).toMatch(
      /^\{\n {2}"inputs": \[\],\n {2}\/\/ servers, one day\n {2}"servers": \{\n {4}"my-server": \{\n {6}"type"/,
    )
  })

  it('may have trailing commas, and a comma in a comment', () => {
    for (const text of ['{\n  "servers": {\n    "a": {},\n  },\n}\n', '{ "servers": { "a": {} /* , */ } }']) {
      const merged = merge(text)
      expect(merged.action).toBe('updated')
      expect(merge(merged.text)).toEqual({ text: merged.text, action: 'unchanged' })
    }
  })

  it.each([
    ['is cut off', '{ "servers": {', 'line 1, column 15'],
    ['is a list', '[]', 'not an object'],
    ['has a list where servers belong', '{ "servers": [] }', '"servers"'],
    ['has nothing where servers belong', '{ "servers": null }', '"servers"'],
    ['has servers twice', '{ "servers": {}, "servers": {} }', 'without a change'],
    ['has a text as entry', '{ "servers": { "my-server": "x" } }', 'not a server'],
  ])('is refused when it %s', (_what, text, why) => {
    expect(() => merge(text)).toThrow(
      expect.objectContaining({ code: 'SNIPPET_NOT_WRITTEN', why: expect.stringContaining(why) }),
    )
  })
})
