import { expect, it } from 'vitest'

import { HIDDEN, hideSecrets } from '../../../src/operations/hide-secrets.ts'

const REPORT = {
  admin: { username: 'admin', password: 'generated' },
  initialAccessToken: 'a.b.c',
  users: [{ username: 'testuser', password: 'password123', roles: [] }],
}

it('hides generated secrets and keeps the passwords of test users', () => {
  expect(hideSecrets(REPORT)).toEqual({
    ...REPORT,
    admin: { username: 'admin', password: HIDDEN },
    initialAccessToken: HIDDEN,
  })
})

it('a report without secrets stays unchanged', () => {
  const report = { admin: null, initialAccessToken: null, users: REPORT.users }
  expect(hideSecrets(report)).toEqual(report)
})
