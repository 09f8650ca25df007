import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { timeAgo } from '../../../../src/operations/logs/time-ago.ts'

const NOW = Date.parse('2026-11-21T12:00:00Z')

beforeEach(() => {
  vi.useFakeTimers({ now: NOW })
})
afterEach(() => {
  vi.useRealTimers()
})

describe('how long ago', () => {
  it.each([
    ['0s', 0],
    ['30s', 30_000],
    ['10m', 600_000],
    ['2h', 7_200_000],
    ['7d', 604_800_000],
    ['4w', 2_419_200_000],
  ])('%s is a time', (text, ms) => {
    expect(timeAgo(text, '')).toBe(NOW - ms)
  })

  it('may be a date', () => {
    expect(timeAgo('2026-11-20T12:00:00Z', '')).toBe(NOW - 86_400_000)
  })

  it.each(['', '7', 'd', '7 d', '-7d', '7y', 'yesterday'])('is refused as %j, with an example', (text) => {
    expect(() => timeAgo(text, 'an example')).toThrow(
      expect.objectContaining({
        code: 'USAGE_INVALID',
        fix: 'an example',
        message: `"${text}" is not a valid time.`,
      }),
    )
  })
})
