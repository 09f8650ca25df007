import { stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

import { parse as parseToml } from 'smol-toml'

import { readTextFile } from '../config/files/read-file.ts'
import { configSchema } from '../config/schema.ts'

/** The user's project: its folder and its name. */
export interface Project {
  readonly folder: string
  /** The name in its manifest, else the folder's name. */
  readonly name: string
}

/** The kinds of manifests, with readers of the project's name. The first manifest found counts. */
const MANIFESTS: Readonly<Record<string, (text: string) => unknown>> = {
  'package.json': (text) => JSON.parse(text).name,
  'pyproject.toml': (text) => {
    const { project, tool } = parseToml(text) as {
      project?: { name?: unknown }
      tool?: { poetry?: { name?: unknown } }
    }
    return project?.name ?? tool?.poetry?.name
  },
  'go.mod': (text) => /^module\s+"?([^\s"]+)/m.exec(text)?.[1]?.replace(/\/v\d+$/, ''),
}

/** Finds the nearest project upwards from `folder` in the same repository, else `folder` itself. */
export async function findProject(folder: string): Promise<Project> {
  return (await nearestProject(folder)) ?? { folder, name: basename(folder) }
}

async function nearestProject(folder: string): Promise<Project | undefined> {
  for (const [file, nameIn] of Object.entries(MANIFESTS)) {
    const text = await readTextFile(join(folder, file)).catch(() => undefined)
    if (text !== undefined) return { folder, name: named(text, nameIn) ?? basename(folder) }
  }
  const isRepository = (await stat(join(folder, '.git')).catch(() => undefined)) !== undefined
  const parent = dirname(folder)
  return isRepository || parent === folder ? undefined : nearestProject(parent)
}

/** Returns the name in a manifest. A broken manifest is not reported: the folder's name replaces it. */
function named(text: string, nameIn: (text: string) => unknown): string | undefined {
  try {
    const name = nameIn(text)
    return typeof name === 'string' && name !== '' ? name : undefined
  } catch {
    return undefined
  }
}

/** Derives a realm name: `@acme/shop` and `github.com/acme/shop` → `shop`. Default: `fastmcp`. */
export function projectRealmName({ name }: Project): string {
  const word = (name.split('/').at(-1) ?? '')
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .replace(/-$/, '')
  return configSchema.shape.realm.safeParse(word).data ?? 'fastmcp'
}
