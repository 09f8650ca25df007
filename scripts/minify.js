// A part of the build: shortens the code for the tarball. A module that is imported inside one other module alone goes into
// that one. Modules that several import, that are loaded later, or that must know where they are stay files of their own.
import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

import { build } from 'esbuild'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const files = globSync(resolve(ROOT, 'dist/**/*.js'))
const { exports } = JSON.parse(readFileSync(resolve(ROOT, 'package.json'), 'utf8'))
const entries = new Set(Object.values(exports).map((path) => resolve(ROOT, path)))
const code = new Map(files.map((file) => [file, readFileSync(file, 'utf8')]))

/** The modules that import each one, and the modules that are loaded later. */
const importers = new Map(files.map((file) => [file, []]))
const later = new Set()
for (const [file, text] of code) {
  for (const [, isLater, path] of text.matchAll(
    /(?:\bfrom |\bimport (?=')|\b(import)\()['"](\.[^'"]+\.js)['"]/g,
  )) {
    const target = resolve(dirname(file), path)
    importers.get(target).push(file)
    if (isLater) later.add(target)
  }
}

/** The module whose file each one stands in. A module moves as long as all that import it stand in one file. */
const homes = new Map(files.map((file) => [file, file]))
const isFree = (file) =>
  importers.get(file).length > 0 &&
  !later.has(file) &&
  !entries.has(file) &&
  !code.get(file).includes('import.meta')
for (let hasMoved = true; hasMoved; ) {
  hasMoved = false
  for (const file of files.filter(isFree)) {
    const [home, ...others] = new Set(importers.get(file).map((importer) => homes.get(importer)))
    if (others.length > 0 || homes.get(file) === home) continue
    homes.set(file, home)
    hasMoved = true
  }
}
const isInner = (file) => homes.get(file) !== file

/** Whether users see a class of a module, and so its name: an error, or a part of the testing module. */
const hasPublicClass = (file) =>
  /dist\/(?:errors|testing\/.+)\.js$/.test(file.replaceAll('\\', '/')) &&
  /^export class /m.test(code.get(file))

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

/** Bundles a module with its inner modules. Keeps the names where users see a class. */
async function bundle(entry, minifyIdentifiers = true) {
  const { outputFiles, metafile } = await build({
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
    metafile: true,
  })
  const isNamed = Object.keys(metafile.inputs).some((file) => hasPublicClass(resolve(file)))
  return minifyIdentifiers && isNamed ? bundle(entry, false) : outputFiles[0].text
}

const shortened = new Map()
for (const file of files.filter((file) => !isInner(file))) {
  shortened.set(file, await bundle(file))
}
for (const file of files) {
  if (isInner(file)) rmSync(file)
  else writeFileSync(file, shortened.get(file))
}
