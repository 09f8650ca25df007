import { describe, expect, it } from 'vitest'

import { McpKeycloakError } from '../../../src/errors.ts'
import { diagnosed } from '../../../src/provisioning/diagnosed.ts'

const full = new McpKeycloakError('DISK_FULL', { what: 'The disk is full.', why: 'w', fix: 'f' })
const refusal = (why: string) => new McpKeycloakError('LOGIN_REFUSED', { what: 'No token.', why, fix: 'f' })
const seen = { diagnose: async () => full }

describe('a failed login', () => {
  it.each(['unknown_error: For more on this error consult the server log.', 'It answered 500: no text'])(
    'has the reason that this machine shows, after "%s"',
    async (why) => {
      await expect(diagnosed(seen, () => Promise.reject(refusal(why)))).rejects.toBe(full)
    },
  )

  it('keeps its own reason when Keycloak refuses, or when this machine shows none', async () => {
    const refused = refusal('invalid_grant: Invalid user credentials')
    await expect(diagnosed(seen, () => Promise.reject(refused))).rejects.toBe(refused)
    const failed = refusal('unknown_error')
    const unseen = { diagnose: async () => undefined }
    await expect(diagnosed(unseen, () => Promise.reject(failed))).rejects.toBe(failed)
  })
})
