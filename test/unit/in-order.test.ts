import { describe, expect, it } from 'vitest'

import { inOrder } from '../helpers/suite/in-order.ts'

inOrder('the test of the helper itself: it fails with --sequence.shuffle when it does not keep the order')

const seen: number[] = []
const numbers = Array.from({ length: 8 }, (_, at) => at)

describe('a group', () => {
  it.each(numbers)('runs test %i in its turn', (at) => {
    expect(seen.push(at)).toBe(at + 1)
  })
})

describe('the next group', () => {
  it.each(numbers)('runs test %i in its turn', (at) => {
    expect(seen.push(at)).toBe(at + 9)
  })
})

it('runs after the groups', () => {
  expect(seen).toHaveLength(16)
})
