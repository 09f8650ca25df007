import { readFile } from 'node:fs/promises'

import { expect, it } from 'vitest'

import { renderChart } from '../../../bench/chart.ts'
import { newestReport, RESULTS, renderSpeed, speedOf } from '../../../bench/speed-page.ts'

const page = await readFile(new URL('../../../docs/speed.md', import.meta.url), 'utf8')

it('the page has the newest numbers (else: npm run bench -- --docs)', async () => {
  const [, speed] = speedOf(page)
  expect(speed).toBe(renderSpeed(await newestReport()))
})

it('shows the chart of that run', async () => {
  expect(page).toContain('](../bench/results/chart.svg)')
  const chart = await readFile(new URL('chart.svg', RESULTS), 'utf8')
  expect(chart).toBe(`${renderChart(await newestReport())}\n`)
  expect(chart).toBe(`${renderChart(await newestReport())}\n`) // also the second one of a process
})
