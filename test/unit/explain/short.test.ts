import { readFileSync } from 'node:fs'

import { describe, expect, it } from 'vitest'

import { KNOWN_FAILURES } from '../../../src/explain/all.ts'
import { type Finding, scanText } from '../../../src/explain/scan.ts'
import { FAULTS } from '../../../src/explain/short/faults.ts'
import { SUBJECTS } from '../../../src/explain/short/subjects.ts'

/** Short texts of people: a title, an error code, a line without its frame. */
interface ShortText {
  readonly text: string
  readonly ids: readonly string[]
  readonly confidence: 'certain' | 'possible'
}

const read = (name: string) => readFileSync(`test/fixtures/explain/${name}`, 'utf8').trimEnd().split('\n')
const SHORT: readonly ShortText[] = read('short.jsonl').map((line) => JSON.parse(line))

function scan(text: string): readonly Finding[] {
  const scanning = scanText()
  for (const line of text.split('\n')) scanning.push(line)
  return scanning.findings()
}

const ids = (text: string) => scan(text).map(({ id }) => id)

describe('a few words', () => {
  it.each(SHORT)('name a failure, and say how sure it is: $text', ({ text, ids, confidence }) => {
    const findings = scan(text)
    expect(findings.map(({ id }) => id)).toEqual(ids)
    expect(findings.every(({ vague }) => !vague) ? 'certain' : 'possible').toBe(confidence)
  })

  it('name three failures at most', () => {
    expect(SHORT.filter(({ ids }) => ids.length > 3)).toEqual([])
  })

  it.each(read('foreign.txt'))('of another program name nothing: %s', (text) => {
    expect(ids(text)).toEqual([])
  })

  it('of another script name nothing', () => {
    expect(ids('## 스폰서')).toEqual([])
    expect(ids('---\n...')).toEqual([])
  })

  it('do not show the values of the example', () => {
    const [finding] = scan('Host not trusted')
    expect(finding).toMatchObject({ id: 'sender-host-not-trusted', culprit: undefined, values: {} })
    expect(finding?.what).toContain('an address that is not trusted')
    expect(scan('Requested audience not available')[0]?.what).not.toContain('downstream-api')
  })

  it('keep the values of their own text', () => {
    expect(scan('ENOTFOUND keycloak')[0]).toMatchObject({ id: 'host-unknown', culprit: 'keycloak' })
  })

  it('are read in a paste of up to three lines', () => {
    expect(ids('It does not work:\n\nHost not trusted')).toEqual(['sender-host-not-trusted'])
    expect(ids('Host not trusted\n> Host not trusted!\n"host not trusted"')).toEqual([
      'sender-host-not-trusted',
    ])
    const log = Array.from({ length: 4 }, () => 'something happened')
    expect(ids([...log, 'Host not trusted'].join('\n'))).toEqual([])
  })

  it('do not count beside a clearer message', () => {
    expect(ids('invalid_grant\n{"error":"invalid_grant","error_description":"Code not valid"}')).toEqual([
      'code-not-valid',
    ])
    expect(ids('401 Unauthorized\nJWTExpired: "exp" claim timestamp check failed')).toEqual(['token-expired'])
  })
})

describe('the table of things', () => {
  it('names known faults and failures', () => {
    const known = KNOWN_FAILURES.map(({ id }) => id)
    const named = SUBJECTS.flatMap(({ failures }) => [...failures.values()].flat())
    expect(named.filter((id) => !known.includes(id))).toEqual([])
    const faults = new Set(SUBJECTS.flatMap(({ failures }) => [...failures.keys()]))
    expect([...faults].filter((fault) => fault !== 'any' && !(fault in FAULTS))).toEqual([])
  })
})
