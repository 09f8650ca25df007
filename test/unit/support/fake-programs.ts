import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { onTestFinished, vi } from 'vitest'

import { tempFolder } from './temp-folder.ts'

/** Puts shell scripts on the PATH in place of everything that is there, for the running test. */
export async function onlyPrograms(scripts: Readonly<Record<string, string>>): Promise<void> {
  vi.stubEnv('PATH', await folderOf(scripts))
  onTestFinished(() => void vi.unstubAllEnvs())
}

/** Puts shell scripts on the PATH before everything that is there, for the running test. */
export async function preferredPrograms(scripts: Readonly<Record<string, string>>): Promise<void> {
  vi.stubEnv('PATH', `${await folderOf(scripts)}:${process.env.PATH}`)
  onTestFinished(() => void vi.unstubAllEnvs())
}

async function folderOf(scripts: Readonly<Record<string, string>>): Promise<string> {
  const folder = join(await tempFolder(), 'bin')
  await mkdir(folder)
  for (const [name, script] of Object.entries(scripts)) {
    await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  }
  return folder
}
