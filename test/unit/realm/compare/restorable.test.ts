import { expect, it } from 'vitest'

import { restorable } from '../../../../src/realm/compare/restorable.ts'
import { KEY_PROVIDER } from '../../../../src/realm/patches/signing-key.ts'
import type { Realm } from '../../../../src/realm/schema.ts'

const policies = { policy: [{ providerId: 'max-clients' }] }
const EXPORTED: Realm = {
  realm: 'mine',
  users: [{ username: 'alice' }, { username: 'by-hand' }],
  components: {
    ...policies,
    [KEY_PROVIDER]: [{ providerId: 'rsa', config: { privateKey: ['**********'] } }],
  },
}

it("a restorable backup has the file's passwords and no masked keys", () => {
  const credentials = [{ type: 'password', value: 'secret' }]
  expect(restorable(EXPORTED, { realm: 'mine', users: [{ username: 'Alice', credentials }] })).toEqual({
    realm: 'mine',
    users: [{ username: 'alice', credentials }, { username: 'by-hand' }],
    components: policies,
  })
})

it("has the file's own keys", () => {
  const keys = { [KEY_PROVIDER]: [{ providerId: 'rsa', config: { privateKey: ['PEM'] } }] }
  expect(restorable(EXPORTED, { realm: 'mine', components: keys }).components).toEqual({
    ...policies,
    ...keys,
  })
})

it('is as the server tells it when the file is gone', () => {
  expect(restorable(EXPORTED, undefined)).toEqual({ ...EXPORTED, components: policies })
})
