import { readdir } from 'node:fs/promises'

import { expect, it } from 'vitest'

import { proseFaults, refusedWords } from '../../scripts/prose.ts'

const PAGES = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md', 'realms/README.md', 'docs']

/**
 * Refused words that `src/` still has, by room. Lower a number with each fix; a room without a row has none.
 * `node scripts/prose.ts src/<room>` lists them.
 */
const PENDING: Readonly<Record<string, number>> = {
  cli: 18,
  doctor: 28,
  explain: 1,
  instance: 2,
  keycloak: 7,
  oauth: 6,
  operations: 19,
  provisioning: 12,
  servers: 1,
  testing: 4,
  verify: 11,
}

const shown = async (places: readonly string[]) =>
  (await proseFaults(places)).map(
    ({ path, line, words, instead }) => `${path}:${line}: "${words}" → ${instead}`,
  )

it('every page uses the words of the glossary', async () => {
  expect(await shown(PAGES)).toEqual([])
})

it('no room of src gets a new refused word', async () => {
  for (const room of await readdir(new URL('../../src', import.meta.url))) {
    const faults = await shown([`src/${room}`])
    expect(faults.length, faults.join('\n')).toBeLessThanOrEqual(PENDING[room] ?? 0)
  }
})

it('the check finds refused words in prose and comments, not in code blocks', () => {
  const found = (path: string, text: string) => refusedWords(path, text).map(({ line }) => line)
  expect(found('a.md', 'The realm is made anew.\n```sh\nmade anew\n```\nIt is created again.')).toEqual([
    1, 1,
  ])
  expect(found('a.ts', '/** What the realm holds. */\nexport const name = 1 // by itself')).toEqual([1, 2])
  expect(found('a.ts', "import { anew } from './anew.ts'\n/** The name of the realm. */")).toEqual([])
})
