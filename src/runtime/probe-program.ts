import { realpath } from 'node:fs/promises'
import { dirname, join } from 'node:path'

import { whichCommand } from 'which-command'
import { z } from 'zod'

import { parseJson } from '../config/files/parse-json.ts'
import { readTextFile } from '../config/files/read-file.ts'

const packageSchema = z.looseObject({ name: z.string() })

/** A program that a shell would run. */
export interface FoundProgram {
  readonly path: string
  /** The npm package of the program; `undefined` without one. */
  readonly packageName: string | undefined
}

/** Finds the first program with a name on the PATH; `undefined` without one. */
export async function probeProgram(
  name: string,
  path = process.env.PATH ?? '',
): Promise<FoundProgram | undefined> {
  const file = await whichCommand(name, { path })
  return file === undefined ? undefined : { path: file, packageName: await packageOf(file) }
}

/** Finds the package of a link's target, or the package that npm's wrapper script calls. */
async function packageOf(file: string): Promise<string | undefined> {
  const real = await realpath(file)
  for (let folder = dirname(real); folder !== dirname(folder); folder = dirname(folder)) {
    const text = await readTextFile(join(folder, 'package.json')).catch(() => undefined)
    const parsed = packageSchema.safeParse(text && parseJson(text))
    if (parsed.success) return parsed.data.name
  }
  const script = await readTextFile(real).catch(() => '')
  return /node_modules[\\/]((?:@[\w.-]+[\\/])?[\w.-]+)/.exec(script.slice(0, 4096))?.[1]?.replace('\\', '/')
}
