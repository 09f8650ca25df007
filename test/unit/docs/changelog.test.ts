import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

import { parser } from 'keep-a-changelog'
import { expect, it } from 'vitest'

it('CHANGELOG.md equals the output of npm run changelog', async () => {
  const written = await readFile(fileURLToPath(new URL('../../../CHANGELOG.md', import.meta.url)), 'utf8')
  const changelog = parser(written)
  changelog.format = 'markdownlint'
  expect(changelog.toString()).toBe(written)
})
