import { expect, it } from 'vitest'

import { differenceOf } from '../../../src/explain/compare-values.ts'

it.each([
  ['http://a/mcp', 'http://a/mcp/'],
  ['http://keycloak:8080/realms/x', 'http://localhost:8080/realms/x'],
  ['http://localhost/x', 'http://127.0.0.1/x'],
  ['https://a/x', 'http://a:8088/x'],
  ['http://a/mcp', 'my-client'],
  ['my-client', 'http://a/mcp'],
  ['My-App', 'my-app'],
])('differenceOf names the difference of %s and %s', (expected, got) => {
  expect(differenceOf(expected, got)).toEqual(expect.any(String))
  expect(differenceOf(expected, got)).toMatchSnapshot()
})

it.each([
  ['a', 'b'],
  ["'http://a/x'", 'http://a/x'],
  [undefined, 'b'],
])('differenceOf finds nothing to say about %s and %s', (expected, got) => {
  expect(differenceOf(expected, got)).toBeUndefined()
})
