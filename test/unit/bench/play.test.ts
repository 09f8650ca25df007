import { describe, expect, it } from 'vitest'

import type { Contender, Side } from '../../../bench/contender.ts'
import type { Ours } from '../../../bench/ours.ts'
import type { BenchPart, Parts } from '../../../bench/parts.ts'
import { type Played, play } from '../../../bench/play.ts'
import { noSamples, type SampleKey } from '../../../bench/samples.ts'
import { startWatch } from '../../../bench/watch.ts'

const HOUR_MS = 3_600_000

/** A server that does nothing, and notes that it was asked to. */
function pretender(side: Side, runtime: BenchPart['runtime'], log: string[], failsIn?: string): Ours {
  const note = (what: string) => async () => {
    log.push(`${side} ${what}`)
    if (what === failsIn) throw new Error(`${what} is broken`)
  }
  const contender: Contender = {
    side,
    runtime,
    up: note('up'),
    down: note('down'),
    wipe: note('wipe'),
    reset: async () => ({ 'reset-realm-keycloak-part': 1 }),
    settle: note('settle'),
    forget: note('forget'),
    memoryMb: async () => 400,
    dispose: note('dispose'),
  }
  return { ...contender, run: async () => '', realms: async () => async () => {} }
}

function stage(
  steps: readonly string[],
  { failsIn, rounds = 2 }: { failsIn?: string; rounds?: number } = {},
) {
  const log: string[] = []
  const part = (runtime: BenchPart['runtime'], broken?: string): BenchPart => ({
    runtime,
    kept: [pretender('stock', runtime, log, broken), pretender('ours', runtime, log)],
    fresh: [pretender('stock', runtime, log), pretender('ours', runtime, log)],
    another: [pretender('ours', runtime, log)],
    cache: '',
  })
  const parts: Parts = {
    said: { java: 'ran', compose: 'ran' },
    parts: [part('compose', failsIn), part('java')],
    folder: '',
    realmFile: '',
    dispose: async () => {},
  }
  const samples = noSamples()
  const amount = { rounds, firstRounds: 2, testFiles: 8, steps: new Set(steps) }
  const played: Played = { rounds: 0, notes: [] }
  const count = (key: Omit<SampleKey, 'round'>) => [...samples.of(key).values()].map(({ length }) => length)
  const run = (limitMs = HOUR_MS) =>
    play({ parts, watch: startWatch(samples, limitMs, () => {}), samples, amount }, played)
  return { run, log, played, count }
}

describe('the rounds', () => {
  it('first rounds measure a first start, every round a second one', async () => {
    const { run, count, played } = stage(['first-up', 'warm-up', 'down'], { rounds: 3 })
    await run()
    expect(count({ step: 'first-up', part: 'compose', side: 'stock' })).toEqual([1, 1])
    expect(count({ step: 'warm-up', part: 'java', side: 'ours' })).toEqual([1, 1, 1])
    expect(played).toEqual({ rounds: 3, notes: [] })
  })

  it('measure a new instance where one has run before', async () => {
    const { run, count } = stage(['first-up', 'new-instance', 'wipe'])
    await run()
    expect(count({ step: 'new-instance', part: 'java', side: 'ours' })).toEqual([1, 1])
    expect(count({ step: 'new-instance', part: 'compose', side: 'ours' })).toEqual([1, 1])
    expect(count({ step: 'first-up', part: 'java', side: 'ours' })).toEqual([1, 1])
  })

  it('rounds measure a removed instance and a prepared cache', async () => {
    const { run, count } = stage(['ephemeral', 'prepare', 'restored-cache', 'first-up'])
    await run()
    for (const part of ['compose', 'java'] as const) {
      const counts = (step: string) => count({ step, part, side: 'ours' })
      expect([counts('ephemeral'), counts('prepare'), counts('restored-cache')]).toEqual(
        Array(3).fill([1, 1]),
      )
      expect(counts('new-instance')).toEqual([])
    }
  })

  it('keep the first time after a start apart from the times in use', async () => {
    const { run, count } = stage(['warm-up', 'token', 'reset-realm'], { rounds: 1 })
    await run()
    const java = { part: 'java', side: 'ours' } as const
    expect(count({ ...java, step: 'token' })).toEqual([4])
    expect(count({ ...java, step: 'token-first' })).toEqual([1])
    expect(count({ ...java, step: 'reset-realm-keycloak-part' })).toEqual([4])
    expect(count({ ...java, step: 'new-realm' })).toEqual([])
  })

  it('begin with the other side in each second round', async () => {
    const { run, log } = stage(['warm-up', 'down'])
    await run()
    const starts = log.filter((line) => line.endsWith(' up'))
    const [preparation, first, second] = [starts.slice(0, 4), starts.slice(4, 8), starts.slice(8)]
    expect(preparation).toEqual(['stock up', 'ours up', 'stock up', 'ours up'])
    expect(first).toEqual(preparation)
    expect(second).toEqual(['ours up', 'stock up', 'ours up', 'stock up'])
  })

  it('go on with the other runtime when one fails, and say so', async () => {
    const { run, played, count } = stage(['warm-up', 'down'], { failsIn: 'settle' })
    await run()
    expect(played.notes).toEqual([
      'compose, stock, round 1: failed, and was left out from then on: settle is broken',
    ])
    expect(count({ step: 'warm-up', part: 'java', side: 'ours' })).toEqual([1, 1])
  })

  it('start no server when only the program itself is measured', async () => {
    const { run, log } = stage(['--help'])
    await run()
    expect(log).toEqual([])
  })

  it('end where the time is over, with what was measured', async () => {
    const { run, played } = stage(['warm-up', 'down'])
    await expect(run(0)).rejects.toMatchObject({ ending: 'time' })
    expect(played.rounds).toBe(0)
    expect(played.notes).toEqual(['compose, stock, round 1: not finished, the time was over'])
  })
})
