import { expect, it } from 'vitest'

import { publicScopes } from '../../../src/realm/scopes.ts'
import { BASE_REALM } from '../support/base-realm.ts'

it('shows the scopes that a client may ask for, and not those that it gets anyway', () => {
  expect(publicScopes(BASE_REALM)).toEqual([
    'profile',
    'email',
    'openid',
    'offline_access',
    'mcp:tools',
    'mcp:resources',
    'mcp:prompts',
    'mcp:call-tools',
  ])
})

it('shows none for a realm that defines none', () => {
  expect(publicScopes({ realm: 'r' })).toEqual([])
})
