// A part of the build: shortens the code for the tarball. A module that only one other module imports goes into that one.
// Modules that several import, that are loaded later, or that must know where they are stay files of their own.
import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

import { build } from 'esbuild'

const files = globSync(fileURLToPath(new URL('../dist/**/*.js', import.meta.url)))
const code = new Map(files.map((file) => [file, readFileSync(file, 'utf8')]))

/** How often each module is imported. One that is loaded later counts twice. */
const imports = new Map()
for (const [file, text] of code) {
  for (const [, later, path] of text.matchAll(
    /(?:\bfrom |\bimport (?=')|\b(import)\()['"](\.[^'"]+\.js)['"]/g,
  )) {
    const target = resolve(dirname(file), path)
    imports.set(target, (imports.get(target) ?? 0) + (later ? 2 : 1))
  }
}
const isInner = (file) => imports.get(file) === 1 && !code.get(file).includes('import.meta')

/** Leaves all imports as they are, but those of inner modules. */
const outerImports = (entry) => ({
  name: 'outer-imports',
  setup({ onResolve }) {
    onResolve({ filter: /.*/ }, ({ path, kind, resolveDir }) => {
      if (kind === 'entry-point') return undefined
      if (!path.startsWith('.')) return { path, external: true }
      const target = resolve(resolveDir, path)
      if (isInner(target)) return { path: target }
      const from = relative(dirname(entry), target).replaceAll('\\', '/')
      return { path: from.startsWith('.') ? from : `./${from}`, external: true }
    })
  },
})

/** Bundles a module with its inner modules. */
async function bundle(entry, minifyIdentifiers) {
  const { outputFiles } = await build({
    entryPoints: [entry],
    plugins: [outerImports(entry)],
    bundle: true,
    write: false,
    minifyWhitespace: true,
    minifySyntax: true,
    minifyIdentifiers,
    format: 'esm',
    platform: 'node',
    target: 'node22',
  })
  return outputFiles[0].text
}

for (const file of files.filter((file) => !isInner(file))) {
  const named = await bundle(file, false)
  code.set(file, /\bclass \w/.test(named) ? named : await bundle(file, true)) // users see the name of a class
}
for (const file of files) {
  if (isInner(file)) rmSync(file)
  else writeFileSync(file, code.get(file))
}
