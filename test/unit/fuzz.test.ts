import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { FuzzFault, harmless } from '../fuzz/harmless.ts'
import { PROPERTIES } from '../fuzz/properties.ts'

/** `FUZZ_SEED=7 npx vitest run --project unit fuzz` runs other cases; a failure names the seed that repeats it. */
const seed = Number(process.env.FUZZ_SEED ?? 20261129)
const numRuns = Number(process.env.FUZZ_CASES ?? 60)

describe(`input of strangers (seed ${seed})`, () => {
  it.each(Object.keys(PROPERTIES))(
    'any input ends with a result or a printable error: %s',
    async (name) => {
      const found = PROPERTIES[name]
      expect(found).toBeDefined()
      if (found) await fc.assert(found.property, { seed, numRuns })
    },
    120_000,
  )
})

describe('the fuzzer', () => {
  it('sees an error that is not ours', async () => {
    await expect(harmless(() => JSON.parse('{'))).rejects.toThrow(FuzzFault)
  })
})
