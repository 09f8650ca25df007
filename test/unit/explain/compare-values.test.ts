import { expect, it } from 'vitest'

import { differenceOf } from '../../../src/explain/compare-values.ts'

it.each([
  ['http://a/mcp', 'http://a/mcp/', 'They differ in the slash at the end.'],
  [
    'http://keycloak:8080/realms/x',
    'http://localhost:8080/realms/x',
    'They differ in the host (keycloak and localhost). keycloak is a name for containers, localhost is a name for this machine.',
  ],
  [
    'http://localhost/x',
    'http://127.0.0.1/x',
    'They differ in the host (localhost and 127.0.0.1). Both are this machine, but their names are compared as texts.',
  ],
  [
    'https://a/x',
    'http://a:8088/x',
    'They differ in the scheme (https and http) and the port (443 and 8088).',
  ],
  ['http://a/mcp', 'my-client', 'A URL is expected, and the actual value is a name.'],
  ['my-client', 'http://a/mcp', 'A name is expected, and the actual value is a URL.'],
  ['My-App', 'my-app', 'They differ in upper and lower case.'],
  ['a', 'b', undefined],
  ["'http://a/x'", 'http://a/x', undefined],
  [undefined, 'b', undefined],
])('differenceOf names the difference of %s and %s', (expected, got, sentence) => {
  expect(differenceOf(expected, got)).toBe(sentence)
})
