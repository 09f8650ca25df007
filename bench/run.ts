// npm run bench -- [--n 5] [--first 3] [--files 8] [--minutes 25] [--runtime compose,java] [--only warm-up,token] [--no-save]
// npm run bench -- --docs: draws the chart and docs/speed.md again, from the newest result
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

import { renderChart } from './chart.ts'
import { measureCli } from './cli-start.ts'
import { machineFacts } from './machine.ts'
import { findParts } from './parts.ts'
import { type Played, play } from './play.ts'
import { type BenchReport, isWhole, results } from './report.ts'
import { rowsOf, TEST_FILES } from './rows.ts'
import { noSamples } from './samples.ts'
import { newestReport, RESULTS, writeSpeedPage } from './speed-page.ts'
import { renderTable } from './table.ts'
import { type Ending, Over, startWatch } from './watch.ts'

const say = (text: string) => process.stderr.write(`… ${text}\n`)

const { values } = parseArgs({
  options: {
    n: { type: 'string', default: '5' },
    first: { type: 'string', default: '3' },
    files: { type: 'string', default: String(TEST_FILES) },
    minutes: { type: 'string', default: '25' },
    only: { type: 'string' },
    runtime: { type: 'string', default: 'compose,java' },
    'no-save': { type: 'boolean', default: false },
    docs: { type: 'boolean', default: false },
  },
})

if (values.docs) await show(await newestReport())
else await bench()

async function bench(): Promise<void> {
  const parts = ['compose', 'java', 'cli'] as const
  const testFiles = Number(values.files)
  const all = parts.flatMap((part) => rowsOf(part, testFiles))
  const names = values.only?.split(',') ?? all.map(({ name }) => name)
  const unknown = names.find((name) => !all.some((row) => row.name === name))
  if (unknown !== undefined) {
    throw new Error(`"${unknown}" is none of ${[...new Set(all.map(({ name }) => name))].join(', ')}`)
  }
  const wanted = all.filter(({ name }) => names.includes(name))
  const steps = new Set(wanted.flatMap(({ ours, stock }) => [...ours, ...stock]))
  const isCli = rowsOf('cli').some(({ name }) => names.includes(name))

  // What is measured must not depend on the options of whoever measures.
  for (const name of Object.keys(process.env)) if (/^(MCP_)?KEYCLOAK_/.test(name)) delete process.env[name]
  const machine = await machineFacts()
  if (machine.loadAverage > 0.5)
    say(`The machine is not idle (load ${machine.loadAverage}): these are no numbers to keep`)
  const samples = noSamples()
  const watch = startWatch(samples, Number(values.minutes) * 60_000, say)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      say('Interrupted: the present step ends, then what was started is removed')
      watch.interrupt()
    })
  }
  const folder = await mkdtemp(join(tmpdir(), 'mcp-keycloak-bench-'))
  const found = await findParts(folder, values.runtime.split(','), say)
  const played: Played = { rounds: 0, notes: [] }
  let ended: Ending = 'complete'
  try {
    if (isCli) await measureCli(watch, say)
    const amount = { rounds: Number(values.n), firstRounds: Number(values.first), testFiles, steps }
    await play({ parts: found, watch, samples, amount }, played)
  } catch (error) {
    if (!(error instanceof Over)) throw error
    ended = error.ending
  } finally {
    await found.dispose()
    await rm(folder, { recursive: true, force: true })
  }
  const report: BenchReport = {
    schemaVersion: 1,
    machine,
    rounds: played.rounds,
    ended,
    only: values.only ? names : null,
    parts: found.said,
    notes: played.notes,
    results: results(samples, names, testFiles),
  }
  process.stdout.write(`${renderTable(report).join('\n')}\n`)
  if (!values['no-save'] && report.results.length > 0) await save(report)
  if (ended === 'interrupted') process.exitCode = 130
  else if (played.notes.some((note) => note.includes('failed'))) process.exitCode = 1
}

async function save(report: BenchReport): Promise<void> {
  const file = new URL(`${report.machine.date.slice(0, 19).replaceAll(':', '-')}.json`, RESULTS)
  await writeFile(file, `${JSON.stringify(report, null, 2)}\n`)
  say(`Written: ${fileURLToPath(file)}`)
  if (isWhole(report)) await show(await newestReport())
}

async function show(report: BenchReport): Promise<void> {
  await writeFile(new URL('chart.svg', RESULTS), `${renderChart(report)}\n`)
  await writeSpeedPage(report)
  say('Written: bench/results/chart.svg and the numbers in docs/speed.md')
}
