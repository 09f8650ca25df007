import { pbkdf2Sync } from 'node:crypto'

import { describe, expect, it } from 'vitest'

import { withReadyHashes } from '../../../src/keycloak/ready-hashes.ts'

const user = (credential: object) => ({ username: 'bob', credentials: [credential] })
const PASSWORD = { type: 'password', value: 'secret', userLabel: 'mine' }

describe('the password of a user', () => {
  it('goes to Keycloak as a hash that it can check', () => {
    const { users } = withReadyHashes({ realm: 'r', users: [user(PASSWORD)] }) as unknown as {
      users: [{ credentials: [{ credentialData: string; secretData: string }] }]
    }
    const [credential] = users[0].credentials
    expect(credential).toMatchObject({ type: 'password', userLabel: 'mine' })
    expect(JSON.stringify(credential)).not.toContain('secret"')
    const { algorithm, hashIterations } = JSON.parse(credential.credentialData)
    const { value, salt } = JSON.parse(credential.secretData)
    expect(algorithm).toBe('pbkdf2-sha512')
    const hash = pbkdf2Sync('secret', Buffer.from(salt, 'base64'), hashIterations, 64, 'sha512')
    expect(value).toBe(hash.toString('base64'))
  })

  it('has another salt each time', () => {
    const once = () => JSON.stringify(withReadyHashes({ realm: 'r', users: [user(PASSWORD)] }))
    expect(once()).not.toBe(once())
  })

  it.each([
    ['is to be changed at the first login', user({ ...PASSWORD, temporary: true })],
    ['is hashed already', user({ type: 'password', credentialData: '{}', secretData: '{}' })],
    ['is none', user({ type: 'otp', value: 'secret' })],
    ['is not there', { username: 'bob' }],
  ])('a password stays unchanged when it %s', (_, given) => {
    const realm = { realm: 'r', users: [given] }
    expect(withReadyHashes(realm)).toEqual(realm)
  })

  it('passwords stay plain in a realm with a password policy', () => {
    const strict = { realm: 'r', passwordPolicy: 'length(8)', users: [user(PASSWORD)] }
    expect(withReadyHashes(strict)).toBe(strict)
    const empty = { realm: 'r' }
    expect(withReadyHashes(empty)).toBe(empty)
  })
})
