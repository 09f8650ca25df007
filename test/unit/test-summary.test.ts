import { glob, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { execa } from 'execa'
import { expect, it } from 'vitest'

import { tempFolder } from './support/temp-folder.ts'

const SUMMARY = fileURLToPath(new URL('../../scripts/test-summary.js', import.meta.url))

const test = (fullName: string, status: string, rest: object = {}) => ({
  fullName,
  status,
  failureMessages: [],
  meta: {},
  ...rest,
})

/** A report in the format of vitest's JSON reporter. */
const REPORT = {
  numPassedTests: 7,
  numFailedTests: 1,
  testResults: [
    {
      name: join(process.cwd(), 'test/e2e/one.test.ts'),
      status: 'passed',
      assertionResults: [
        test('is passed', 'passed'),
        test('compose starts', 'skipped', { meta: { needs: 'Docker Compose' } }),
        test('compose stops', 'skipped', { meta: { needs: 'Docker Compose' } }),
        test('has no reason', 'pending'),
      ],
    },
    {
      name: join(process.cwd(), 'test/e2e/two.test.ts'),
      status: 'failed',
      assertionResults: [test('is failed', 'failed', { failureMessages: ['expected 1'] })],
    },
    {
      name: join(process.cwd(), 'test/e2e/three.test.ts'),
      status: 'failed',
      message: 'the hook failed',
      assertionResults: [test('is not reached', 'skipped')],
    },
  ],
}

async function printed(...flags: readonly string[]): Promise<string> {
  const file = join(await tempFolder(), 'results.json')
  await writeFile(file, JSON.stringify(REPORT))
  return (await execa(process.execPath, [SUMMARY, file, ...flags])).stdout
}

const SKIPPED = [
  'SKIPPED test/e2e/one.test.ts, needs Docker Compose: compose starts and 1 more',
  'SKIPPED test/e2e/one.test.ts, no reason is given: has no reason',
]

it('the summary names each skipped test by its reason, and ends with the sum', async () => {
  expect((await printed()).split('\n')).toEqual([...SKIPPED, '7 passed, 2 failed'])
})

it('the summary of a submission names what failed before that', async () => {
  expect((await printed('--failures')).split('\n')).toEqual([
    'FAILED test/e2e/two.test.ts: is failed',
    'expected 1',
    'FAILED test/e2e/three.test.ts',
    'the hook failed',
    ...SKIPPED,
    '7 passed, 2 failed',
  ])
})

it('the summary adds up several runs; a run without a report fails', async () => {
  const [all, none] = [join(await tempFolder(), 'all.json'), join(await tempFolder(), 'none.json')]
  await writeFile(all, JSON.stringify({ ...REPORT, numFailedTests: 0, testResults: [] }))
  const of = async (...files: string[]) => (await execa(process.execPath, [SUMMARY, ...files])).stdout
  expect(await of(all, all)).toBe('14 passed, 0 failed')
  const lost = 'The tests did not run to their end: there is no report.'
  expect(await of(all, none)).toBe(`${lost}\n7 passed, 1 failed`)
  expect(await of(none, none)).toBe(`${lost}\n0 passed, 1 failed`)
})

it('the time table names the slowest test file first', async () => {
  const timed = ['fast', 'slow'].map((name, index) => ({
    ...{ name: join(process.cwd(), `test/${name}.test.ts`), startTime: 1000, endTime: 2000 + index * 9000 },
    ...{ status: 'passed', assertionResults: [] },
  }))
  const file = join(await tempFolder(), 'results.json')
  await writeFile(file, JSON.stringify({ testResults: timed }))
  const { stdout } = await execa(process.execPath, [SUMMARY, file, '--times'], { stripFinalNewline: false })
  expect(stdout).toBe('   10.0  test/slow.test.ts\n    1.0  test/fast.test.ts\n')
})

it('a test that is skipped has a reason: the options of test/helpers/suite/needs.ts', async () => {
  const silent: string[] = []
  for await (const file of glob('test/**/*.test.ts')) {
    if (/\b(?:it|test|describe)\.(?:runIf|skipIf|skip|todo)\(/.test(await readFile(file, 'utf8')))
      silent.push(file)
  }
  expect(silent).toEqual([])
})
