/**
 * Runs the fuzz properties of the tests with many cases. Usage: `node scripts/fuzz.ts [cases] [seed]`. Prints the figures
 * and, for each fault, the smallest input. Ends with 1 when there is a fault.
 */
import { Worker } from 'node:worker_threads'

import { type FuzzOutcome, PROPERTY_WEIGHTS } from '../test/fuzz/run-property.ts'

/** A property that is silent for so long hangs. Its worker is stopped, in a loop too. */
const SILENT_MS = 120_000

const [cases = '10000', seed = String(Date.now() % 2 ** 31)] = process.argv.slice(2)
const total = Object.values(PROPERTY_WEIGHTS).reduce((sum, weight) => sum + weight, 0)
const figures = { cases: 0, uncaught: 0, hang: 0, escape: 0, lost: 0 }
const print = (line: string) => void process.stdout.write(`${line}\n`)

print(`seed ${seed}`)
for (const [name, weight] of Object.entries(PROPERTY_WEIGHTS)) {
  const numRuns = Math.ceil((Number(cases) * weight) / total)
  const startedAt = performance.now()
  const { runs, fault } = await inWorker(name, numRuns)
  figures.cases += runs
  if (fault) figures[fault.kind]++
  print(
    `${name}: ${runs} cases, ${Math.round(performance.now() - startedAt)} ms${fault ? `, ${fault.kind}` : ''}`,
  )
  if (fault) print(fault.report)
}
const { cases: run, ...faults } = figures
print(
  `${run} cases: ${faults.uncaught} uncaught, ${faults.hang} hangs, ${faults.escape} escapes shown, ${faults.lost} losses`,
)
process.exitCode = Object.values(faults).some((count) => count > 0) ? 1 : 0

function inWorker(name: string, numRuns: number): Promise<FuzzOutcome> {
  const worker = new Worker(new URL('../test/fuzz/run-property.ts', import.meta.url), {
    workerData: { name, numRuns, seed: Number(seed) },
    stdin: true, // nothing waits for the terminal
  })
  return new Promise((resolve) => {
    const end = (outcome: FuzzOutcome) => {
      clearTimeout(watchdog)
      void worker.terminate().then(() => resolve(outcome))
    }
    const fail = (kind: 'hang' | 'uncaught', report: string) => end({ runs: done, fault: { kind, report } })
    const hang = () => fail('hang', `no case of "${name}" ended within ${SILENT_MS / 1000} s`)
    let done = 0
    let watchdog = setTimeout(hang, SILENT_MS)
    worker.on('message', (message: number | FuzzOutcome) => {
      if (typeof message !== 'number') return end(message)
      done = message
      clearTimeout(watchdog)
      watchdog = setTimeout(hang, SILENT_MS)
    })
    worker.on('error', (error) => fail('uncaught', String(error)))
  })
}
