import { describe, expect, it } from 'vitest'

import { renderChart } from '../../../bench/chart.ts'
import type { MachineFacts } from '../../../bench/machine.ts'
import { type BenchReport, isWhole, results } from '../../../bench/report.ts'
import { rowsOf } from '../../../bench/rows.ts'
import { noSamples } from '../../../bench/samples.ts'
import { inTurn, ratio, spread } from '../../../bench/statistics.ts'
import { renderTable } from '../../../bench/table.ts'

const machine: MachineFacts = {
  date: '2026-11-21T08:00:00.000Z',
  system: 'Linux 6.18',
  cpu: 'a CPU',
  cores: 2,
  memoryGb: 24,
  loadAverage: 0.1,
  keycloak: '26.7.5',
  node: '24.21.0',
  java: '25',
  docker: null,
}

const NAMES = ['warm-up', 'restart', 'warm-up-target', 'token', 'memory']

function report(): BenchReport {
  const samples = noSamples()
  const java = { part: 'java' } as const
  for (const [round, [ours, stock]] of [
    [1000, 4000],
    [3000, 4000],
    [1000, 10_000],
  ].entries()) {
    samples.add({ ...java, step: 'warm-up', side: 'ours', round }, ours ?? 0)
    samples.add({ ...java, step: 'warm-up', side: 'stock', round }, stock ?? 0)
    // The time ended before the last one.
    if (round < 2) samples.add({ ...java, step: 'down', side: 'stock', round }, 1000)
    if (round < 2) samples.add({ ...java, step: 'down', side: 'ours', round }, 2000)
  }
  for (const took of [800, 700, 600]) samples.add({ ...java, step: 'token', side: 'ours', round: 0 }, took)
  samples.add({ ...java, step: 'memory', side: 'ours', round: 0 }, 350)
  samples.add({ ...java, step: 'memory', side: 'stock', round: 0 }, 700)
  const parts = { java: 'ran', compose: 'not run: no Docker engine' }
  const notes = ['java, stock, round 3: not finished, the time was over']
  return {
    schemaVersion: 1,
    machine,
    rounds: 2,
    ended: 'time',
    only: null,
    parts,
    notes,
    results: results(samples, NAMES),
  }
}

describe('the statistics', () => {
  it('have the median, the least and the most', () => {
    expect(spread([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3, samples: [3, 1, 2] })
    expect(spread([4, 1, 2, 3])?.median).toBe(2.5)
    expect(spread([])).toBeNull()
  })

  it('a comparison pairs rounds and leaves out incomplete ones', () => {
    const rounds = (...samples: readonly number[]) =>
      new Map(samples.map((sample, round) => [round, [sample]]))
    expect(ratio(rounds(1, 3, 1), rounds(4, 4, 10))).toMatchObject({ median: 0.25, min: 0.1, max: 0.75 })
    expect(ratio(rounds(1, 2), new Map())).toBeNull()
    expect(ratio(new Map([[1, [1, 2, 9]]]), rounds(2, 4))?.samples).toEqual([0.5])
  })

  it('take steps in turn as one', () => {
    const [up, down] = [
      new Map([
        [0, [5, 7]],
        [1, [8]],
      ]),
      new Map([[0, [1]]]),
    ]
    expect(inTurn([up, down])).toEqual(new Map([[0, [7]]]))
    expect(inTurn([up])).toBe(up)
    expect(inTurn([])).toEqual(new Map())
  })
})

describe('the report', () => {
  it('has a row for each comparison that there are numbers of', () => {
    expect(report().results).toMatchObject([
      { scenario: 'warm-up', part: 'java', ours: { median: 1000 }, stock: { median: 4000 } },
      { scenario: 'restart', ours: { samples: [3000, 5000] }, stock: { samples: [5000, 5000] } },
      { scenario: 'warm-up-target', ratio: { samples: [0.2, 0.6] } },
      { scenario: 'token', ours: { median: 700 }, stock: null, ratio: null },
      { scenario: 'memory', ours: { median: 350 }, stock: { median: 700 } },
    ])
  })

  it('the table names runs, machine, load and the end', () => {
    const text = renderTable(report()).join('\n')
    expect(text).toContain('compose: not run: no Docker engine')
    expect(text).toContain('load 0.1')
    expect(text).toContain('rounds: 2 (the time was over)')
    expect(text).toContain('java, stock, round 3: not finished')
    expect(text).toMatch(
      /\| java \| up again after down +\| 1\.0 s \(1\.0 s–3\.0 s\) +\| 4\.0 s .* 0\.25 \(0\.10–0\.75\) \| 3\/3/,
    )
    expect(text).toMatch(/\| java \| token of a real login +\| 700 ms \(600 ms–800 ms\) \| – +\| – +\| 3 /)
    expect(text).toMatch(/\| java \| memory when it has started +\| 350 MB .*\| 700 MB .*\| 0\.50/)
  })

  it('stands for the whole only when nobody picked rows or interrupted it', () => {
    expect(isWhole(report())).toBe(true)
    expect(isWhole({ ...report(), only: ['token'] })).toBe(false)
    expect(isWhole({ ...report(), ended: 'interrupted' })).toBe(false)
  })

  it('is a chart of what both sides do', () => {
    const svg = renderChart(report())
    expect(svg).toMatch(/^<svg /)
    expect(svg).toContain('Start again after a stop')
    expect(svg).toContain('Keycloak 26.7.5, Java 25, 2 cores (a CPU), 2026-11-21')
    expect(svg).not.toContain('token')
  })
})

describe.each(['compose', 'java', 'cli'] as const)('the rows of %s', (part) => {
  it('rows have unique names and describe a different stock run', () => {
    const rows = rowsOf(part)
    expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length)
    const unlike = rows.filter(({ ours, stock }) => stock.length > 0 && ours.join() !== stock.join())
    for (const { name, title } of unlike)
      expect(title, name).toMatch(name === 'reset-realm-first' ? /right after/ : /; stock: /)
  })
})
