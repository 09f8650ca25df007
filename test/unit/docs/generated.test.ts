import { readFile } from 'node:fs/promises'

import { expect, it } from 'vitest'

import { docsPages, generatedDocs } from '../../../scripts/docs.ts'
import { PINNED_VERSION } from '../../../src/config/versions.ts'

const generated = await generatedDocs()

it.each(Object.entries(generated))('docs/%s is up to date (else: npm run docs)', async (name, text) => {
  expect(await readFile(new URL(`../../../docs/${name}`, import.meta.url), 'utf8')).toBe(text)
})

it('every mark belongs to a known part', async () => {
  for (const name of await docsPages()) {
    const text = await readFile(new URL(`../../../docs/${name}`, import.meta.url), 'utf8')
    if (/npm run docs writes this/.test(text)) expect(Object.keys(generated)).toContain(name)
  }
})

it('the terminal picture shows the pinned version (else: scripts/terminal-picture.ts)', async () => {
  const picture = await readFile(new URL('../../../docs/images/up.svg', import.meta.url), 'utf8')
  expect(picture).toContain(`Keycloak ${PINNED_VERSION} is ready`)
})
