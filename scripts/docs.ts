// Writes the generated parts of the docs: npm run docs. A unit test holds the committed pages equal to them.
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { bridgeMethods } from './docs/bridge-methods.ts'
import { checkTable } from './docs/check-table.ts'
import { failureTable } from './docs/failure-table.ts'

import { loginPicture } from './docs/login-picture.ts'
import { commandOptions, configTable } from './docs/option-tables.ts'
import { reportTables } from './docs/report-tables.ts'
import { serverCode } from './docs/server-code.ts'

const DOCS = fileURLToPath(new URL('../docs/', import.meta.url))

/** Generators of the parts between marks, by the first word of the mark. */
const PARTS: Readonly<Record<string, (name: string) => string>> = {
  options: commandOptions,
  configuration: configTable,
  reports: reportTables,
  failures: failureTable,
  server: serverCode,
  checks: checkTable,
  bridge: bridgeMethods,
}

/** The mark in front of a part: `<!-- options of realm diff: npm run docs writes this -->`. */
const MARKED =
  /(<!-- (options|configuration|reports|failures|server|checks|bridge)(?: of ([\w -]+))?: npm run docs writes this -->\n)[\s\S]*?(<!-- \/\2 -->)/g

/** Paths of all Markdown pages in `docs/`, relative to it, with `/`. */
export async function docsPages(): Promise<readonly string[]> {
  const names = await readdir(DOCS, { recursive: true })
  const pages = names.map((name) => name.replaceAll('\\', '/')).filter((name) => name.endsWith('.md'))
  return pages.filter((name) => !name.startsWith('.')).sort()
}

/** The files in `docs/` that have generated parts, by path, with the contents that they should have. */
export async function generatedDocs(): Promise<Readonly<Record<string, string>>> {
  const pages = await Promise.all(
    (await docsPages()).map(async (name) => [name, await readFile(join(DOCS, name), 'utf8')] as const),
  )
  const filled = pages
    .filter(([, text]) => text.search(MARKED) >= 0)
    .map(([name, text]) => [
      name,
      text.replace(
        MARKED,
        (_all, begin: string, part: string, of: string, end: string) =>
          `${begin}\n${PARTS[part]?.(of ?? '')}\n${end}`,
      ),
    ])
  return { ...Object.fromEntries(filled), 'images/login.svg': loginPicture() }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [name, text] of Object.entries(await generatedDocs())) await writeFile(join(DOCS, name), text)
}
