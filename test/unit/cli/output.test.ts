import { afterEach, describe, expect, it, vi } from 'vitest'

import { createOutput } from '../../../src/cli/output.ts'
import { EXIT_CODES } from '../../../src/errors.ts'
import { written } from '../support/written.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

describe('the output of a command', () => {
  it('ends with 0, unless the result is that something was found', () => {
    written('stdout')
    const out = createOutput({ color: false })
    expect(out.exitCode).toBe(EXIT_CODES.done)
    out.result({}, () => ['fine'])
    expect(out.exitCode).toBe(EXIT_CODES.done)
    out.result({}, () => ['found'], EXIT_CODES.faultFound)
    expect(out.exitCode).toBe(EXIT_CODES.faultFound)
  })

  it('has warnings beside a result that has to be alone', () => {
    const [stdout, stderr] = [written('stdout'), written('stderr')]
    createOutput({ color: false }).warn(['one', 'two\nlines'])
    expect([stdout, stderr]).toEqual([[], ['⚠ one\n⚠ two lines\n']])
  })

  it('has the warnings of a result on stderr, and in its JSON alone', () => {
    const [stdout, stderr] = [written('stdout'), written('stderr')]
    const report = { warnings: ['one'] }
    createOutput({ color: false }).result(report, () => ['done'])
    expect([stdout, stderr]).toEqual([['done\n'], ['⚠ one\n']])
    createOutput({ json: true }).result(report, () => ['done'])
    expect([stdout.at(-1), stderr]).toEqual(['{"warnings":["one"]}\n', ['⚠ one\n']])
  })

  it('warnings about options go into the JSON report or to stderr', () => {
    const [stdout, stderr] = [written('stdout'), written('stderr')]
    const json = createOutput({ json: true })
    json.warnWithResult(['first'])
    json.result({ warnings: ['one'] }, () => [])
    json.result({ a: 1 }, () => [])
    expect([stdout, stderr]).toEqual([['{"warnings":["first","one"]}\n', '{"a":1}\n'], []])
    createOutput({ color: false }).warnWithResult(['first'])
    expect(stderr).toEqual(['⚠ first\n'])
  })
})
