import { describe, expect, it } from 'vitest'

import { type LogFilter, logFilter } from '../../../../src/keycloak/log/log-filter.ts'

const LOG = [
  'JAVA_OPTS already set in environment; overriding default settings',
  '2026-11-21 04:00:00,100 INFO  [io.quarkus] (main) started',
  '2026-11-21 04:00:01,000 ERROR [org.keycloak] (main) it broke',
  'java.lang.IllegalStateException: oh',
  '\tat org.keycloak.Broken.run(Broken.java:1)',
  '2026-11-21 04:00:02,000 WARN  [org.keycloak.events] type="LOGIN_ERROR"',
]

function wanted(filter: LogFilter): readonly number[] {
  const isWanted = logFilter(filter)
  return LOG.map((line, index) => (isWanted(line) ? index : -1)).filter((index) => index >= 0)
}

describe('a log', () => {
  it('is shown whole when nothing is asked for', () => {
    expect(wanted({})).toEqual([0, 1, 2, 3, 4, 5])
  })

  it('is cut by level, and a stack trace goes with its entry', () => {
    expect(wanted({ level: 'WARN' })).toEqual([2, 3, 4, 5])
    expect(wanted({ level: 'ERROR' })).toEqual([2, 3, 4])
    expect(wanted({ level: 'FATAL' })).toEqual([])
  })

  it('is cut by time, in the time zone that it is written in', () => {
    const sinceMs = Date.parse('2026-11-21T04:00:01.500Z')
    expect(wanted({ utc: true, sinceMs })).toEqual([5])
    expect(wanted({ sinceMs: new Date('2026-11-21T04:00:00.900').getTime() })).toEqual([2, 3, 4, 5])
  })
})
