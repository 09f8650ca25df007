import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

import { expect, it } from 'vitest'

import { runtimePackages } from '../../../scripts/release/lockfile.ts'

const path = (name: string) => fileURLToPath(new URL(`../../../${name}`, import.meta.url))
const text = (name: string) => readFile(path(name), 'utf8')

it('every row of the threat model names tests that exist', async () => {
  const table = (await text('docs/security.md')).split('\n').filter((line) => line.startsWith('| '))
  const rows = table.slice(2).map((line) => line.split(' | ').map((cell) => cell.replace(/^\| /, '')))
  expect(rows.length).toBeGreaterThan(10)
  const files = (await readdir(path('test'), { recursive: true })).map((file) => file.replaceAll('\\', '/'))
  for (const [attacker, , , tests = ''] of rows) {
    const named = [...tests.matchAll(/`((?:unit|integration|e2e|helpers)\/[\w-]+(?:\/[\w-]+)*)`/g)].map(
      ([, name]) => name,
    )
    expect(named, attacker).not.toEqual([])
    for (const name of named)
      expect(
        files.some((file) => file === name || file === `${name}.test.ts` || file === `${name}.ts`),
        `${attacker}: ${name}`,
      ).toBe(true)
  }
})

it('the threat model has the number of runtime packages', async () => {
  const packages = runtimePackages(JSON.parse(await text('package-lock.json'))).length
  expect(await text('docs/security.md')).toContain(`the ${packages} runtime packages`)
})

it('SECURITY.md says how to report, what is supported, and what is not protected', async () => {
  const headings = (await text('SECURITY.md')).split('\n').filter((line) => line.startsWith('## '))
  expect(headings).toEqual([
    '## Report a vulnerability',
    '## Supported versions',
    '## Protected',
    '## Not protected',
  ])
})
