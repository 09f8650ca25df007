import { describe, expect, it } from 'vitest'

import {
  assertSupportedVersion,
  capabilities,
  compareToPinned,
  distributionSha256,
  isBeforeFix,
  OLDEST_VERSION,
  PINNED_VERSION,
  TESTED_VERSIONS,
} from '../../../src/config/versions.ts'
import { refusal } from '../support/refusal.ts'

describe('the versions', () => {
  it.each([
    PINNED_VERSION,
    OLDEST_VERSION,
    '26.6.1',
    '26.8.0',
    '26.8.2', // public, and not tested: newer is warned of, never refused
    '26.10.0',
    '27.0.0',
    '26.7.4.redhat-00001',
    '26.7.0-rc1',
  ])('the version %s is supported', (version) => expect(() => assertSupportedVersion(version)).not.toThrow())

  it.each(['26.5.99', '26.2.0', '9.99.99'])('the version %s is too old', async (version) => {
    const error = await refusal(() => assertSupportedVersion(version))
    expect(error).toMatchObject({
      code: 'VERSION_UNSUPPORTED',
      why: expect.stringContaining('keycloak#44403'),
    })
  })

  it.each(['', 'latest', 'nightly', '26.7', '26.7.4; rm -rf /', '../26.7.4'])(
    'the text %j is not a version',
    async (version) => {
      expect(await refusal(() => assertSupportedVersion(version))).toMatchObject({
        message: expect.stringContaining(`"${version}"`),
      })
    },
  )

  it('each tested version has a checksum, another has none', () => {
    expect(TESTED_VERSIONS).toContain(PINNED_VERSION)
    for (const version of TESTED_VERSIONS) expect(distributionSha256(version)).toMatch(/^[0-9a-f]{64}$/)
    expect(distributionSha256('26.6.0')).toBeUndefined()
  })
})

describe('what a version can do', () => {
  it.each(['26.6.0', '26.7.4', '26.7.99'])('is none of what 26.8 brings, before: %s', (version) => {
    expect(capabilities(version)).toEqual({
      registrationKeepsDefaultScopes: false,
      documentMayNameConfidentialGrant: false,
      documentResourcesAreListed: false,
    })
  })

  it.each(['26.8.0', '26.8.0-rc1', '26.10.1', '27.0.0', '999.0.0-SNAPSHOT'])(
    'is all of it from then on: %s',
    (version) => {
      expect(Object.values(capabilities(version))).toEqual([true, true, true])
    },
  )

  it('an invalid version has no feature', () => {
    expect(Object.values(capabilities('unknown'))).toEqual([false, false, false])
  })
})

it.each([
  ['26.6.4', true],
  ['26.6.5', false],
  ['26.6.99', false],
  ['26.7.0', true],
  ['26.7.1', false],
  ['26.8.0', false],
  ['27.0.0', false],
  ['26.5.9', true],
  ['unknown', false],
])('%s has a hole that 26.6.5 and 26.7.1 fixed: %s', (version, has) => {
  expect(isBeforeFix(version, ['26.6.5', '26.7.1'])).toBe(has)
})

it.each([
  ['26.6.4', -1],
  [PINNED_VERSION, 0],
  ['26.8.0', 1],
])('%s beside the version that is tested with: %i', (version, order) => {
  expect(Math.sign(compareToPinned(version))).toBe(order)
})
