import { afterEach, describe, expect, it, vi } from 'vitest'

import { KNOWN_FAILURES } from '../../../src/explain/all.ts'
import { joinLog } from '../../../src/explain/join-log.ts'
import { nearestFailure } from '../../../src/explain/nearest.ts'
import { scanText } from '../../../src/explain/scan.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

/** Characters that were given to patterns, and the longest text that one got. */
interface Work {
  characters: number
  longest: number
}

/** Counts the work of a call: each text that a pattern has to look at. */
function workOf(call: () => void): Work {
  const work: Work = { characters: 0, longest: 0 }
  const count = (text: string) => {
    work.characters += text.length
    work.longest = Math.max(work.longest, text.length)
  }
  const { exec } = RegExp.prototype
  // Every method of a text that takes a pattern ends here.
  RegExp.prototype.exec = function (this: RegExp, text) {
    count(text)
    return exec.call(this, text)
  }
  try {
    call()
  } finally {
    RegExp.prototype.exec = exec
  }
  return work
}

const explained = (lines: readonly string[]) => () => {
  const scan = scanText()
  for (const line of lines) scan.push(line)
  scan.findings()
  nearestFailure(lines.slice(0, 500))
}

/** Lines that no pattern likes. */
const LINES: readonly (readonly [string, (size: number) => readonly string[]])[] = [
  ['blanks', (size) => [' '.repeat(size)]],
  ['backslashes', (size) => ['\\'.repeat(size)]],
  ['beginnings of a token', (size) => ['-eyJaaaaaaaaa'.repeat(Math.ceil(size / 13))]],
  ['beginnings of an event', (size) => ['type=AAAA'.repeat(Math.ceil(size / 9))]],
  ['beginnings of an error', (size) => ['unauthorized_client '.repeat(Math.ceil(size / 20))]],
  ['beginnings of a URL', (size) => ['realms/a'.repeat(Math.ceil(size / 8))]],
  ['short lines', (size) => Array<string>(Math.ceil(size / 10)).fill('-')],
  ['wrapped lines', (size) => Array<string>(Math.ceil(size / 30)).fill(`${' '.repeat(30)}x`)],
  ['known failures', (size) => Array.from({ length: Math.ceil(size / 50) }, (_, at) => exampleAt(at))],
]
/** The same forty failures in a small text and in a large one, because some have longer patterns than others. */
const exampleAt = (at: number) => KNOWN_FAILURES[(at % 40) * 4]?.example ?? ''

describe('the work of explain', () => {
  it.each(LINES)('grows with the text and no faster: %s', (_, lines) => {
    const small = workOf(explained(lines(4_000)))
    const large = workOf(explained(lines(16_000)))
    expect(small.characters).toBeGreaterThan(0)
    expect(large.characters / small.characters).toBeLessThan(4.5)
  })

  it.each(LINES)('gives no pattern a long text: %s', (_, lines) => {
    // Some patterns look again from each beginning: in a short text that is little.
    expect(workOf(explained(lines(20_000))).longest).toBeLessThan(10_000)
  })

  it('does not compare each vague line with each clear one', () => {
    const vague = KNOWN_FAILURES.find((failure) => failure.vague)
    const clear = KNOWN_FAILURES.find(({ topic, vague: isVague }) => topic === vague?.topic && !isVague)
    const comparisons = (count: number) => {
      const abs = vi.spyOn(Math, 'abs')
      explained([
        ...Array<string>(count).fill(vague?.example ?? ''),
        ...Array<string>(count).fill(clear?.example ?? ''),
      ])()
      return abs.mock.calls.length
    }
    expect(vague && clear).toBeDefined()
    expect(comparisons(100)).toBeLessThan(500)
  })
})

describe('the log of a server', () => {
  it('keeps few lines of a thread that never ends its request', () => {
    const message = "Requested scope 'x' not trusted in the list"
    const join = joinLog()
    for (let at = 0; at < 1000; at++) join.push({ atMs: 1, thread: 'executor-thread-1', message })
    const [one] = join.flush(Number.POSITIVE_INFINITY)
    expect(one?.logLines).toHaveLength(100)
  })
})
