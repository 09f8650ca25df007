// A part of the build: deletes the declarations that no entry of the package leads to, and the comments of those that no
// entry exports from, which nobody is shown. Together they would be a fourth of the tarball.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const { exports } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))

const entries = Object.values(exports)
  .filter((target) => target.endsWith('.js'))
  .map((target) => join(ROOT, target.replace(/\.js$/, '.d.ts')))
const shown = new Set([...entries, ...entries.flatMap(leadsTo)])

const needed = new Set()
const open = [...entries]
while (open.length > 0) {
  const file = open.pop()
  if (needed.has(file) || !existsSync(file)) continue
  needed.add(file)
  open.push(...leadsTo(file))
}

const dist = join(ROOT, 'dist')
for (const path of readdirSync(dist, { recursive: true })) {
  const file = join(dist, path)
  if (!file.endsWith('.d.ts')) continue
  if (!needed.has(file)) rmSync(file)
  else if (!shown.has(file))
    writeFileSync(file, readFileSync(file, 'utf8').replace(/^ *\/\*\*[\s\S]*?\*\/\n/gm, ''))
}

/** The declarations that one imports or exports from. */
function leadsTo(file) {
  const paths = [...readFileSync(file, 'utf8').matchAll(/['"](\.[^'"]+)\.[jt]s['"]/g)]
  return paths.map(([, path]) => join(dirname(file), `${path}.d.ts`))
}
