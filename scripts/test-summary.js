// Prints the last lines of a test run: skipped tests with their reasons, and the totals. --failures adds the failed tests.
// Usage: node scripts/test-summary.js <vitest's JSON report> [--failures]
import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The lines for a report of vitest's JSON reporter. The last line is "N passed, N failed". */
export function summary({ numPassedTests, numFailedTests, testResults }, { failures = false } = {}) {
  const lines = testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = relative(process.cwd(), name)
    const failed = assertionResults.filter((test) => test.status === 'failed')
    const broken = status === 'failed' && failed.length === 0 ? [`FAILED ${file}\n${message}`] : []
    return failures ? [...broken, ...failed.map((test) => failure(file, test))] : []
  })
  return [...lines, ...skipped(testResults), `${numPassedTests} passed, ${numFailedTests} failed`]
}

function failure(file, { fullName, failureMessages }) {
  return `FAILED ${file}: ${fullName}\n${failureMessages.join('\n').slice(0, 3000)}`
}

/** One line for each file and reason: a machine without Docker skips many tests for the same one. */
function skipped(testResults) {
  const groups = new Map()
  for (const { name, status, assertionResults } of testResults) {
    if (status === 'failed') continue // tests that a failed hook skips are reported with the failure
    for (const { status: verdict, fullName, meta } of assertionResults) {
      if (verdict !== 'skipped' && verdict !== 'pending' && verdict !== 'todo') continue
      const key = `${relative(process.cwd(), name)}, ${meta?.needs ? `needs ${meta.needs}` : 'no reason is given'}`
      groups.set(key, [...(groups.get(key) ?? []), fullName])
    }
  }
  return [...groups].map(([key, names]) => {
    const more = names.length > 1 ? ` and ${names.length - 1} more` : ''
    return `SKIPPED ${key}: ${names[0]}${more}`
  })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [file, ...flags] = process.argv.slice(2)
  const report = JSON.parse(readFileSync(file, 'utf8'))
  process.stdout.write(`${summary(report, { failures: flags.includes('--failures') }).join('\n')}\n`)
}
