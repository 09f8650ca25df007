import { chmod, mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { PINNED_VERSION } from '../../../src/config/versions.ts'

/** A distribution in `folder` whose start script is ours: the process is the edge that a test may fake. */
export async function fakeHome(folder: string, script: string): Promise<string> {
  const home = await mkdtemp(join(folder, 'keycloak-'))
  await mkdir(join(home, 'bin'))
  await writeFile(join(home, 'version.txt'), `Keycloak - Version ${PINNED_VERSION}\n`)
  await writeFile(join(home, 'bin', 'kc.sh'), `#!/bin/sh\n${script}\n`)
  await chmod(join(home, 'bin', 'kc.sh'), 0o755)
  return home
}
