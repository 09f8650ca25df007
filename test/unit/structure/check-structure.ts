import { readdir, readFile } from 'node:fs/promises'
import { basename, join, posix, relative, sep } from 'node:path'

import {
  EDGES,
  EMPTY_NAMES,
  LONGEST_FILE_LINES,
  MOST_FILES_IN_FOLDER,
  PACKAGE_USERS,
  WORD_USERS,
} from './rules.ts'
import { codeOnly, importsOf } from './source-text.ts'

/** What is against the house's rules in a source tree: one sentence each, which begins with the file. */
export async function checkStructure(root: string): Promise<readonly string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort()
  const faults = await Promise.all(
    paths.map(async (path) => {
      const source = await readFile(join(root, path), 'utf8')
      const found = [
        ...nameFaults(path),
        ...lengthFaults(source),
        ...lineBreakFaults(path, source),
        ...importFaults(path, source),
      ]
      return [...found, ...wordFaults(path, source)].map((fault) => `${path}: ${fault}`)
    }),
  )
  return [...folderFaults(paths), ...faults.flat()]
}

function folderFaults(paths: readonly string[]): string[] {
  return [...Map.groupBy(paths, (path) => posix.dirname(path))].flatMap(([folder, files]) =>
    files.length > MOST_FILES_IN_FOLDER
      ? [`${folder}: has ${files.length} files, more than ${MOST_FILES_IN_FOLDER}`]
      : [],
  )
}

function nameFaults(path: string): string[] {
  return path.split('/').flatMap((part) => {
    const name = part.replace(/\.ts$/, '')
    if (EMPTY_NAMES.includes(name)) return [`"${name}" says nothing of what is inside`]
    return /^[a-z0-9]+(-[a-z0-9]+)*(\.render)?$/.test(name) ? [] : [`"${part}" is not kebab-case.ts`]
  })
}

function lengthFaults(source: string): string[] {
  const lines = source.trimEnd().split('\n').length
  return lines > LONGEST_FILE_LINES ? [`has ${lines} lines, more than ${LONGEST_FILE_LINES}`] : []
}

/** A line break in such a text is taken for one of a stranger. Explanations have cleaned facts. */
function lineBreakFaults(path: string, source: string): string[] {
  if (path.startsWith('explain/') || path.startsWith('cli/')) return []
  return [...source.matchAll(/^(?!.*split).*\b(?:what|why|fix): .*\\n.*$|^ *\]\.join\('\\n'\),$/gm)].map(
    ([line]) => `has a line break in a text, which has to be an array of lines: ${line.trim()}`,
  )
}

function importFaults(path: string, source: string): string[] {
  return importsOf(source).flatMap((specifier) => {
    if (specifier.startsWith('.')) return edgeFaults(path, posix.join(posix.dirname(path), specifier))
    const name = packageName(specifier)
    const users = PACKAGE_USERS[name]
    if (users) return isOneOf(path, users) ? [] : [`imports ${name}, which only ${users.join(', ')} may`]
    return specifier.startsWith('node:') ? [] : [`imports ${name}, which has no row in the package table`]
  })
}

function edgeFaults(path: string, target: string): string[] {
  if (target.startsWith('..')) return [`imports ${target}, which lies outside of src`]
  const [from, to] = [roomOf(path), roomOf(target)]
  const allowed = EDGES[from]
  if (!allowed) return [`lies in "${from}", which has no row in the table of rooms`]
  return from === to || allowed.includes(to) ? [] : [`imports ${target}: ${from} may not import ${to}`]
}

function wordFaults(path: string, source: string): string[] {
  const code = codeOnly(source)
  return WORD_USERS.flatMap(({ word, users }) => {
    const found = word.exec(code)?.[0]
    return found && !isOneOf(path, users) ? [`uses ${found}, which only ${users.join(', ')} may`] : []
  })
}

function isOneOf(path: string, users: readonly string[]): boolean {
  return users.some((user) => path === user || path.startsWith(`${user}/`) || path === `${user}.ts`)
}

function roomOf(path: string): string {
  return basename(path.split('/')[0] ?? '', '.ts')
}

function packageName(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}
