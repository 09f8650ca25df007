import { join } from 'node:path'

import { onTestFinished, vi } from 'vitest'

import { tempFolder } from './temp-folder.ts'

/** Gives a test platform folders of its own, where trust and checksums are kept. */
export async function ownPlatformFolders(): Promise<string> {
  const home = await tempFolder()
  for (const name of ['XDG_DATA_HOME', 'XDG_CACHE_HOME']) vi.stubEnv(name, join(home, name))
  onTestFinished(() => void vi.unstubAllEnvs())
  return home
}
