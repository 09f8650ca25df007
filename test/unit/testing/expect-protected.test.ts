import { expect, it } from 'vitest'

import type { VerifyReport } from '../../../src/operations/verify.ts'
import { untried } from '../../../src/testing/expect-protected.ts'

const check = { title: 'Refuses it', why: null, fix: null, url: null }

/** The report of some checks. */
const report = (...checks: readonly Partial<VerifyReport['checks'][number]>[]) =>
  ({ checks: checks.map((one) => ({ ...check, ...one })) }) as unknown as VerifyReport

it('counts a bad token that could not be created, whatever its sentence says', () => {
  const aud = { name: 'aud', status: 'skip', what: 'Not asked for a key' } as const
  expect(untried(report(aud)).map(({ name }) => name)).toEqual(['aud'])
})

it('leaves out a token that the server was not asked about, and checks of other subjects', () => {
  const asked = [
    { name: 'aud', status: 'skip', what: 'The server is busy', notAsked: true },
    { name: 'sig', status: 'ok', what: '401' },
    { name: 'browser-login', status: 'skip', what: 'It lets no web pages in' },
  ] as const
  expect(untried(report(...asked))).toEqual([])
})
