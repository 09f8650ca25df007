import { resolve } from 'node:path'

import { isInside, projectFolder, realDestination } from './project-paths.ts'

/** A file that is about to be written. */
export interface WrittenFile {
  /** The path without links: what is really written. */
  readonly real: string
  /** Whether a link leads out of the project, or out of the home, where the path was meant to be. */
  readonly leadsOut: boolean
}

/**
 * Follows the links in the path of a file that is about to be written. A cloned repository may have put them there.
 *
 * @param path in the project or in the home, else anywhere: then only a link at its end leads out
 */
export async function followLinks(
  path: string,
  { home, cwd }: { readonly home: string; readonly cwd: string },
): Promise<WrittenFile> {
  const absolute = resolve(cwd, path)
  const root = [await projectFolder(cwd), home].find((folder) => isInside(folder, absolute))
  const bounds = await realDestination(root ?? resolve(absolute, '..'))
  const real = await realDestination(absolute)
  return { real, leadsOut: !isInside(bounds, real) }
}
