import { expect, it, vi } from 'vitest'

import { reportLeaks } from '../../../src/testing/leaks.ts'

const one = { realm: 'shop', clientId: '4711', clientName: 'left behind' }

it('leaks are not reported when there are none or the option is off', () => {
  const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
  reportLeaks([], 'fail')
  reportLeaks([one], 'ignore')
  expect(warned).not.toHaveBeenCalled()
})

it('warns with each client, its name and its realm', () => {
  const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
  reportLeaks([one, { ...one, clientId: '4712' }], 'warn')
  const text = String(warned.mock.calls[0]?.[0])
  expect(text).toMatch(/^2 clients /m)
  expect(text).toMatch(/^4711 \(left behind, realm shop\)\n4712 \(left behind, realm shop\)$/m)
})

it('fails with what to do', () => {
  expect(() => reportLeaks([one], 'fail')).toThrow(
    expect.objectContaining({
      code: 'CLIENTS_LEAKED',
      exitCode: 6,
      fix: expect.stringContaining('await using'),
    }),
  )
  expect(() => reportLeaks([one], 'fail')).toThrowErrorMatchingInlineSnapshot(`
    ✘ A client was registered and not deleted.  [CLIENTS_LEAKED]
      Why  4711 (left behind, realm shop)
      Fix  Register with "await using client = await realm.registerClient()": it is deleted when its scope ends.
  `)
})
