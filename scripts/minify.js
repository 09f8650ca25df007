// A part of the build: shortens the code for the tarball. Names stay, so that a stack trace can be read.
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import { transformSync } from 'esbuild'

const options = { minifyWhitespace: true, minifySyntax: true, format: 'esm', target: 'node22' }
for (const file of globSync(fileURLToPath(new URL('../dist/**/*.js', import.meta.url))))
  writeFileSync(file, transformSync(readFileSync(file, 'utf8'), options).code)
