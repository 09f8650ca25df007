import { describe, expect, it } from 'vitest'

import { PINNED_VERSION } from '../../../src/config/versions.ts'
import { wantedVersion } from '../../../src/instance/instance-version.ts'
import { refusal } from '../support/refusal.ts'

const before = (version: string, chosenVersion?: string) => ({
  instance: 'shop',
  version,
  ...(chosenVersion && { chosenVersion }),
})

describe('the version of an instance', () => {
  it.each([
    ['as asked', '26.6.4', undefined, '26.6.4'],
    ['of this release when nobody asks', undefined, undefined, PINNED_VERSION],
    ['of this release, also when an earlier one ran another', undefined, before('26.6.0'), PINNED_VERSION],
    ['as once asked for', undefined, before('26.6.4', '26.6.4'), '26.6.4'],
    ['as asked now', '26.99.1', before('26.6.4', '26.6.4'), '26.99.1'],
  ])('the version of an instance is the one %s', (_, keycloakVersion, state, version) => {
    expect(wantedVersion({ keycloakVersion }, state)).toBe(version)
  })

  it.each([
    ['26.6.4', before('26.7.5')],
    ['26.6.4', before('26.7.5', '26.7.5')],
    ['26.7.3', before('26.7.5')],
    [undefined, before('99.0.0')],
  ])('is never older than its data: %s', async (keycloakVersion, state) => {
    const error = await refusal(() => wantedVersion({ keycloakVersion }, state))
    expect(error.code).toBe('VERSION_UNSUPPORTED')
    expect(error.fix).toContain(`--keycloak-version ${state.version}`)
    expect(error.fix).not.toContain('--purge')
  })
})
