import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { noSamples } from '../../../bench/samples.ts'
import { Over, startWatch } from '../../../bench/watch.ts'

const MINUTE_MS = 60_000
const key = { step: 'up', part: 'java', side: 'ours', round: 0 } as const

const lasting = (ms: number) => async () => {
  await vi.advanceTimersByTimeAsync(ms)
  return undefined
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('the watch', () => {
  it('the watch keeps times and notes of a step', async () => {
    const samples = noSamples()
    const watch = startWatch(samples, MINUTE_MS, () => {})
    await watch.measure(key, async () => {
      await vi.advanceTimersByTimeAsync(1500)
      return { 'part-of-it': 900 }
    })
    expect(samples.of(key)).toEqual(new Map([[0, [1500]]]))
    expect(samples.of({ ...key, step: 'part-of-it' })).toEqual(new Map([[0, [900]]]))
  })

  it('begins no step that would end too late, and forgets none that is done', async () => {
    const samples = noSamples()
    const watch = startWatch(samples, MINUTE_MS, () => {})
    await watch.measure(key, lasting(25_000))
    const late = vi.fn(lasting(25_000))
    await expect(watch.measure({ ...key, round: 1 }, late)).rejects.toMatchObject({ ending: 'time' })
    expect(late).not.toHaveBeenCalled()
    await watch.prepare(lasting(1)) // there is time for what is short
    expect(samples.of(key)).toEqual(new Map([[0, [25_000]]]))
  })

  it('an interruption ends the present step and begins no other', async () => {
    const watch = startWatch(noSamples(), MINUTE_MS, () => {})
    const failing = watch.measure(key, async () => {
      watch.interrupt()
      throw new Error('ended with 130')
    })
    await expect(failing).rejects.toThrow(Over)
    expect(watch.check).toThrow('it was interrupted')
  })

  it('hands on the failure of a step', async () => {
    const samples = noSamples()
    const watch = startWatch(samples, MINUTE_MS, () => {})
    const failing = watch.measure(key, async () => {
      throw new Error('no such image')
    })
    await expect(failing).rejects.toThrow('no such image')
    expect(samples.of(key).size).toBe(0)
  })
})
