// Prints the last lines of a test run: skipped tests with their reasons, and the totals. --failures adds the failed tests.
// --times prints the seconds of each test file instead, a line for each run of the file.
// Usage: node scripts/test-summary.js <vitest's JSON report>… [--failures | --times]
import { existsSync, readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The lines for a report of vitest's JSON reporter. The last line is "N passed, N failed". */
export function summary({ success, numPassedTests, numFailedTests, testResults }, { failures = false } = {}) {
  const lines = testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = relative(process.cwd(), name)
    const failed = assertionResults.filter((test) => test.status === 'failed')
    const broken = status === 'failed' && failed.length === 0 ? [`FAILED ${file}\n${message}`] : []
    return failures ? [...broken, ...failed.map((test) => failure(file, test))] : []
  })
  const isBroken = ({ status, assertionResults }) =>
    status === 'failed' && assertionResults.every((test) => test.status !== 'failed')
  // A file whose import or hook failed has no failed test; an error outside of all tests has not even a file.
  const failed = numFailedTests + testResults.filter(isBroken).length || (success === false ? 1 : 0)
  return [...lines, ...skipped(testResults), `${numPassedTests} passed, ${failed} failed`]
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

/** The test files with their seconds, the slowest first. */
export function times({ testResults }) {
  return testResults
    .map(({ name, startTime, endTime }) => ({ file: relative(process.cwd(), name), ms: endTime - startTime }))
    .sort((a, b) => b.ms - a.ms)
    .map(({ file, ms }) => `${(ms / 1000).toFixed(1).padStart(7)}  ${file}`)
}

/** One report of several runs. A run without a report did not end. */
function merged(files) {
  const reports = files.map((file) => existsSync(file) && JSON.parse(readFileSync(file, 'utf8')))
  const there = reports.filter(Boolean)
  const sum = (name) => there.reduce((total, report) => total + report[name], 0)
  return {
    isComplete: there.length === files.length,
    success: there.every(({ success }) => success !== false),
    numPassedTests: sum('numPassedTests'),
    numFailedTests: sum('numFailedTests'),
    testResults: there.flatMap(({ testResults }) => testResults),
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const words = process.argv.slice(2)
  const { isComplete, ...report } = merged(words.filter((word) => !word.startsWith('--')))
  const print = words.includes('--times') ? times : summary
  const all = isComplete ? report : { ...report, success: false }
  const lines = print(all, { failures: words.includes('--failures') })
  const lost = isComplete ? [] : ['The tests did not run to their end: there is no report.']
  process.stdout.write(`${[...lost, ...lines].join('\n')}\n`)
}
