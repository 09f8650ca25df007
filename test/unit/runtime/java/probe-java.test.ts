import { findRuntimes, type IJavaRuntime } from 'jdk-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'

import { javaProgram, jdkWarning, probeJava, requireJdk } from '../../../../src/runtime/java/probe-java.ts'
import { refusal } from '../../support/refusal.ts'

vi.mock('jdk-utils', () => ({ findRuntimes: vi.fn() }))

const found = (...majors: (number | undefined)[]) =>
  vi.mocked(findRuntimes).mockResolvedValue(
    majors.map((major): IJavaRuntime => {
      const version = major === undefined ? {} : { version: { java_version: `${major}.0.1`, major } }
      return { homedir: `/jdk/${major}`, ...version }
    }),
  )

const jdk = (major: number) => ({ home: `/jdk/${major}`, major, version: `${major}.0.1` })

afterEach(() => void vi.clearAllMocks())

describe('the JDKs of a machine', () => {
  it.each([
    [
      [21, 25, 17],
      [25, 21, 17],
    ],
    [
      [26, 17, 30, 21],
      [21, 17, 26, 30],
    ],
    [[8, 11, 16, 17], [17]],
    [
      [26, 27],
      [26, 27],
    ],
    [[8], []],
    [[undefined, 21], [21]],
  ])('JDKs %j are tried in the order %j', async (majors, order) => {
    found(...majors)
    expect(await probeJava()).toEqual(order.map(jdk))
  })

  it('are looked for where distributions put them, too', async () => {
    found()
    await probeJava()
    const options = vi.mocked(findRuntimes).mock.calls[0]?.[0] as { additionalLocations?: string[] }
    expect(options.additionalLocations).toContain('/usr/lib/jvm')
  })
})

describe('a JDK', () => {
  it.each([
    [17, /moving on/],
    [20, /moving on/],
    [26, /newer than/],
  ])('%i is warned of', (major, warning) => expect(jdkWarning(jdk(major))).toMatch(warning))

  it.each([21, 24, 25])('%i is not warned of', (major) => expect(jdkWarning(jdk(major))).toBeUndefined())

  it('has its program where JDKs have it', () => {
    expect(javaProgram(jdk(21))).toMatch(/^.jdk.21.bin.java(\.exe)?$/)
  })

  it('requireJdk fails without a JDK', async () => {
    expect(requireJdk([jdk(25), jdk(21)])).toEqual(jdk(25))
    expect(await refusal(() => requireJdk([]))).toMatchObject({
      code: 'JAVA_MISSING',
      why: expect.stringContaining('17 or later'),
      fix: expect.stringContaining('--runtime compose'),
    })
  })
})
