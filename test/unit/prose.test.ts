import { expect, it } from 'vitest'

import { proseFaults, refusedWords } from '../../scripts/prose.ts'

const PAGES = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md', 'realms/README.md', 'docs']

const shown = async (places: readonly string[]) =>
  (await proseFaults(places)).map(
    ({ path, line, words, instead }) => `${path}:${line}: "${words}" → ${instead}`,
  )

it('every page uses the words of the glossary', async () => {
  expect(await shown(PAGES)).toEqual([])
})

it('a refused word is found in prose and comments, not in the code of a page', () => {
  const found = (path: string, text: string) => refusedWords(path, text).map(({ line }) => line)
  expect(found('a.md', 'The realm is made anew.\n```sh\nmade anew\n```\nIt is created again.')).toEqual([1, 1])
  expect(found('a.ts', '/** What the realm holds. */\nexport const name = 1 // by itself')).toEqual([1, 2])
  expect(found('a.ts', "import { anew } from './anew.ts'\n/** The name of the realm. */")).toEqual([])
})
