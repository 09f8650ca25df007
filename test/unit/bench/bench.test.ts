import { describe, expect, it } from 'vitest'

import { renderChart } from '../../../bench/chart.ts'
import type { MachineFacts } from '../../../bench/machine.ts'
import { type BenchReport, MEMORY, noSamples } from '../../../bench/report.ts'
import { ratio, spread } from '../../../bench/statistics.ts'
import { renderTable } from '../../../bench/table.ts'

const machine: MachineFacts = {
  date: '2026-11-21T08:00:00.000Z',
  system: 'Linux 6.18',
  cpu: 'a CPU',
  cores: 2,
  memoryGb: 24,
  loadAverage: 0.1,
  keycloak: '26.7.4',
  node: '24.21.0',
  java: '25',
  docker: null,
}

function report(): BenchReport {
  const samples = noSamples()
  for (const [ours, stock] of [
    [1000, 4000],
    [3000, 4000],
    [1000, 10_000],
  ] as const) {
    samples.add({ scenario: 'warm-up', part: 'java', side: 'ours' }, ours)
    samples.add({ scenario: 'warm-up', part: 'java', side: 'stock' }, stock)
  }
  samples.add({ scenario: 'token', part: 'java', side: 'ours' }, 700)
  samples.add({ scenario: MEMORY, part: 'java', side: 'ours' }, 350)
  const results = samples.results({ 'warm-up': 'up again', token: 'a token', unseen: 'never run' })
  const parts = { java: 'ran', compose: 'not run: no Docker engine' }
  return { schemaVersion: 1, machine, rounds: 3, parts, results, memoryMb: samples.memory() }
}

describe('the statistics', () => {
  it('have the median, the least and the most', () => {
    expect(spread([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3, samples: [3, 1, 2] })
    expect(spread([4, 1, 2, 3])?.median).toBe(2.5)
    expect(spread([])).toBeNull()
  })

  it('compare round by round, not median with median', () => {
    expect(ratio([1, 3, 1], [4, 4, 10])).toMatchObject({ median: 0.25, min: 0.1, max: 0.75 })
    expect(ratio([1, 2], [])).toBeNull()
    expect(ratio([1], [2, 4])?.samples).toEqual([0.5])
  })
})

describe('the report', () => {
  it('has a row for each scenario that ran, and the memory apart', () => {
    expect(report().results).toMatchObject([
      { scenario: 'warm-up', part: 'java', ours: { median: 1000 }, stock: { median: 4000 } },
      { scenario: 'token', ours: { median: 700 }, stock: null, ratio: null },
    ])
    expect(report().memoryMb).toEqual([{ part: 'java', side: 'ours', median: 350 }])
  })

  it('is a table that says what ran, where, and with which load', () => {
    const text = renderTable(report()).join('\n')
    expect(text).toContain('compose: not run: no Docker engine')
    expect(text).toContain('load 0.1')
    expect(text).toContain('rounds: 3')
    expect(text).toMatch(
      /\| java \| up again +\| 1\.0 s \(1\.0 s–3\.0 s\) +\| 4\.0 s .* 0\.25 \(0\.10–0\.75\)/,
    )
    expect(text).toMatch(/\| java \| memory of the server \| 350 MB +\| – +\| – /)
  })

  it('is a chart of what both sides do', () => {
    const svg = renderChart(report())
    expect(svg).toMatch(/^<svg /)
    expect(svg).toContain('up again')
    expect(svg).not.toContain('a token')
  })
})
