import { readlink, realpath } from 'node:fs/promises'
import { homedir } from 'node:os'
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'

import { isThere } from './is-there.ts'

/** Links in a row after which a path is taken for a circle. */
const MOST_LINKS = 40

/** Resolves all links in a path; the end of it may not exist yet. */
export async function realDestination(path: string, links = 0): Promise<string> {
  const real = await realpath(path).catch(() => undefined)
  if (real !== undefined || dirname(path) === path) return real ?? path
  const folder = await realDestination(dirname(path), links)
  const target = links < MOST_LINKS ? await readlink(path).catch(() => undefined) : undefined
  return target === undefined
    ? join(folder, basename(path))
    : realDestination(resolve(folder, target), links + 1)
}

/** The project of a folder: its repository if it lies in one, else the folder itself. A home that is a repository is none. */
export async function projectFolder(folder: string): Promise<string> {
  return (await repositoryOf(folder)) ?? folder
}

async function repositoryOf(folder: string): Promise<string | undefined> {
  const parent = dirname(folder)
  if (parent === folder || folder === homedir()) return undefined
  return (await isThere(join(folder, '.git'))) ? folder : repositoryOf(parent)
}

/** Whether a path is a folder or lies in it. Links are not resolved. */
export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path)
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way) // absolute: another drive
}
