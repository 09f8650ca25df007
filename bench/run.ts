// npm run bench -- [--n 5] [--minutes 15] [--only reset-realm,new-realm] [--runtime java,compose] [--no-save]
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

import { renderChart } from './chart.ts'
import { CLI_TITLES, measureCli } from './cli-start.ts'
import { machineFacts } from './machine.ts'
import { findParts } from './parts.ts'
import { type BenchReport, noSamples } from './report.ts'
import { playRound } from './round.ts'
import { SCENARIOS } from './scenarios.ts'
import { renderTable } from './table.ts'

const RESULTS = fileURLToPath(new URL('./results', import.meta.url))

/** The titles of what a scenario measures by itself. */
const TITLES = {
  ...Object.fromEntries(SCENARIOS.map(({ name, title }) => [name, title])),
  'reset-realm-keycloak-part': 'reset the realm, without the start of the program',
  ...CLI_TITLES,
}

const { values } = parseArgs({
  options: {
    n: { type: 'string', default: '5' },
    minutes: { type: 'string', default: '15' },
    only: { type: 'string' },
    runtime: { type: 'string', default: 'java,compose' },
    'no-save': { type: 'boolean', default: false },
  },
})
const names = values.only?.split(',') ?? Object.keys(TITLES)
const unknown = names.find((name) => !(name in TITLES))
if (unknown !== undefined) throw new Error(`"${unknown}" is none of ${Object.keys(TITLES).join(', ')}`)

const say = (text: string) => process.stderr.write(`… ${text}\n`)
const deadline = Date.now() + Number(values.minutes) * 60_000
const folder = await mkdtemp(join(tmpdir(), 'mcp-keycloak-bench-'))
const samples = noSamples()
const machine = await machineFacts()
const { parts, contenders, dispose } = await findParts(folder, values.runtime.split(','), say)
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, async () => {
    say('Interrupted: removing what was started')
    await dispose()
    await rm(folder, { recursive: true, force: true })
    process.exit(130)
  })
}
let rounds = 0
let longestMs = 0
try {
  if (names.some((name) => name in CLI_TITLES)) await measureCli(samples, say)
  const scenarios = SCENARIOS.filter(({ name }) => names.includes(name))
  while (scenarios.length > 0 && rounds < Number(values.n)) {
    if (Date.now() + longestMs > deadline) {
      say(`Another round would take longer than --minutes ${values.minutes}: that was all`)
      break
    }
    const startedAt = Date.now()
    for (const pair of contenders) {
      // Who begins alternates: what the first leaves in the caches helps the second.
      const order = rounds % 2 === 0 ? pair : pair.toReversed()
      for (const contender of order) {
        say(`Round ${rounds + 1}: ${contender.side}, ${contender.runtime}`)
        await playRound(contender, scenarios, samples)
      }
    }
    longestMs = Math.max(longestMs, Date.now() - startedAt)
    rounds += 1
  }
} finally {
  await dispose()
  await rm(folder, { recursive: true, force: true })
}
const report: BenchReport = {
  schemaVersion: 1,
  machine,
  rounds,
  parts,
  results: samples.results(TITLES),
  memoryMb: samples.memory(),
}
process.stdout.write(`${renderTable(report).join('\n')}\n`)
if (!values['no-save']) {
  await mkdir(RESULTS, { recursive: true })
  const file = join(RESULTS, `${machine.date.slice(0, 19).replaceAll(':', '-')}.json`)
  await writeFile(file, `${JSON.stringify(report, null, 2)}\n`)
  const chart = report.results.some(({ ratio, part }) => ratio && part !== 'cli')
  if (chart) await writeFile(join(RESULTS, 'chart.svg'), `${renderChart(report)}\n`)
  say(`Written: ${file}${chart ? ' and chart.svg beside it' : ''}`)
}
