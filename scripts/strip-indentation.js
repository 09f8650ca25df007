// A part of the build: removes the indentation of the code, a fortieth of the tarball. The text of template literals stays.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { tokenizer } from 'acorn'

const dist = fileURLToPath(new URL('../dist', import.meta.url))
for (const path of readdirSync(dist, { recursive: true })) {
  if (!path.endsWith('.js')) continue
  const file = join(dist, path)
  writeFileSync(file, stripped(readFileSync(file, 'utf8')))
}

function stripped(code) {
  const texts = [...tokenizer(code, { ecmaVersion: 'latest', sourceType: 'module' })].filter(
    ({ type }) => type.label === 'template',
  )
  return code.replace(/\n +/g, (spaces, at) =>
    texts.some(({ start, end }) => start <= at && at < end) ? spaces : '\n',
  )
}
