// A part of the build: shortens the code for the tarball. A stack trace still names the file, and files are small.
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import { transformSync } from 'esbuild'

const options = {
  minifyWhitespace: true,
  minifyIdentifiers: true,
  minifySyntax: true,
  format: 'esm',
  target: 'node22',
}
for (const file of globSync(fileURLToPath(new URL('../dist/**/*.js', import.meta.url))))
  writeFileSync(file, transformSync(readFileSync(file, 'utf8'), options).code)
