import { isMainThread, parentPort, workerData } from 'node:worker_threads'

import fc from 'fast-check'

import { FuzzFault } from './harmless.ts'
import { PROPERTIES } from './properties.ts'

/** What came of the cases of a property. */
export interface FuzzOutcome {
  readonly runs: number
  readonly fault?: { readonly kind: FuzzFault['kind']; readonly report: string }
}

/** Names of the properties, each with its share of the cases. */
export const PROPERTY_WEIGHTS: Readonly<Record<string, number>> = Object.fromEntries(
  Object.entries(PROPERTIES).map(([name, { weight }]) => [name, weight]),
)

if (!isMainThread && parentPort && typeof workerData?.name === 'string') {
  const { name, numRuns, seed } = workerData as { name: string; numRuns: number; seed: number }
  parentPort.postMessage(await run(name, numRuns, seed, (done) => parentPort?.postMessage(done)))
}

async function run(
  name: string,
  numRuns: number,
  seed: number,
  onProgress: (done: number) => void,
): Promise<FuzzOutcome> {
  const found = PROPERTIES[name]
  if (!found) return { runs: 0, fault: { kind: 'uncaught', report: `there is no property "${name}"` } }
  let done = 0
  const property = found.property.beforeEach(() => {
    if (++done % 20 === 0) onProgress(done)
  })
  const details = await fc.check(property, { numRuns, seed })
  if (!details.failed) return { runs: details.numRuns }
  const { errorInstance: error } = details
  const kind = error instanceof FuzzFault ? error.kind : 'uncaught'
  return { runs: details.numRuns, fault: { kind, report: fc.defaultReportMessage(details) ?? String(error) } }
}
