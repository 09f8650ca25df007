import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

import { parser } from 'keep-a-changelog'
import { expect, it } from 'vitest'

it('CHANGELOG.md is as npm run changelog writes it, so that a release changes its heading alone', async () => {
  const written = await readFile(fileURLToPath(new URL('../../../CHANGELOG.md', import.meta.url)), 'utf8')
  const changelog = parser(written)
  changelog.format = 'markdownlint'
  expect(changelog.toString()).toBe(written)
})
