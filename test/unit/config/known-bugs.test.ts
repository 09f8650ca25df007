import { describe, expect, it } from 'vitest'

import { knownBugs, knownHoles } from '../../../src/config/known-bugs.ts'
import { PINNED_VERSION } from '../../../src/config/versions.ts'

describe('the known bugs of a version', () => {
  const issues = (version: string) => knownBugs(version).map(({ issue }) => issue)

  it('are those that were fixed later', () => {
    expect(issues('26.6.4')).toEqual([50807, 50362, 51413, 49730])
    expect(issues('26.7.4')).toEqual([50807, 50362, 51413])
    expect(issues('26.8.0')).toEqual([])
  })

  it('a bug that the realm avoids is not listed without its feature', () => {
    const plain = knownBugs(PINNED_VERSION).filter(({ feature }) => feature === undefined)
    expect(plain.map(({ issue }) => issue)).toEqual([50807]) // audience and roles are in the scope "basic"
  })
})

describe('the known security holes of a version', () => {
  it.each([
    ['26.6.4', ['CVE-2026-18208', 'CVE-2026-16089', 'CVE-2026-15572', 'CVE-2026-16102']],
    ['26.6.5', ['CVE-2026-18208', 'CVE-2026-16089']],
    ['26.7.0', ['CVE-2026-18208', 'CVE-2026-16089', 'CVE-2026-15572', 'CVE-2026-16102']],
    ['26.7.1', ['CVE-2026-18208', 'CVE-2026-16089']],
    ['26.7.4', ['CVE-2026-18208']],
    [PINNED_VERSION, []],
    ['26.8.2', []],
  ])('are known of %s', (version, cves) => {
    expect(knownHoles(version).map(({ cve }) => cve)).toEqual(cves)
  })

  it('have older ones in the versions before 26.6.4', () => {
    expect(knownHoles('26.6.0')).toHaveLength(7)
    expect(knownHoles('26.6.2').map(({ cve }) => cve)).not.toContain('CVE-2026-37979')
  })
})
