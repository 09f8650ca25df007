import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'

import { folders } from '../src/config/folders.ts'
import { PINNED_VERSION } from '../src/config/versions.ts'
import { realmRender, resolveConfig } from '../src/index.ts'
import { cachedDistribution } from '../src/runtime/distribution.ts'
import { probeDocker } from '../src/runtime/probe-docker.ts'
import { probeJava } from '../src/runtime/probe-java.ts'
import type { BenchRuntime, Contender } from './contender.ts'
import { ours } from './ours.ts'
import { stockCompose } from './stock-compose.ts'
import { stockJava } from './stock-java.ts'

/** What can be measured on this machine. */
export interface Parts {
  /** Each runtime: that it ran, or why not. */
  readonly parts: Readonly<Record<BenchRuntime, string>>
  /** Ours and stock, for each runtime that there is. */
  readonly contenders: readonly (readonly [Contender, Contender])[]
  /** Removes what is left when a round was cut short. */
  readonly dispose: () => Promise<void>
}

/** Finds the runtimes, and fetches what they need, before any clock runs. */
export async function findParts(
  folder: string,
  wanted: readonly string[],
  say: (text: string) => void,
): Promise<Parts> {
  const [[jdk], docker] = await Promise.all([probeJava(), probeDocker()])
  const why = {
    java: jdk ? undefined : 'not run: no JDK was found',
    compose: docker.engine && docker.compose ? undefined : 'not run: no Docker engine with Compose answers',
  }
  const { config } = await resolveConfig({ flags: {}, env: {}, cwd: folder })
  const realm = JSON.stringify((await realmRender(config)).realm)
  const { cache } = folders(config)
  const folderOf = async (name: string) => {
    await mkdir(join(folder, name))
    return join(folder, name)
  }
  const contenders: (readonly [Contender, Contender])[] = []
  if (jdk && wanted.includes('java')) {
    say('Unpacking the stock Keycloak')
    const context = { instance: 'bench', folder, onStep: say, onWarning: say, signal: undefined }
    const zip = await cachedDistribution(PINNED_VERSION, cache, context)
    const stock = await stockJava({ zip, folder: await folderOf('stock-java'), javaHome: jdk.home, realm })
    contenders.push([stock, await ours('java', await folderOf('ours-java'), cache)])
  }
  if (!why.compose && wanted.includes('compose')) {
    const stock = await stockCompose(await folderOf('stock-compose'), realm)
    contenders.push([stock, await ours('compose', await folderOf('ours-compose'), cache)])
  }
  const said = (runtime: BenchRuntime) =>
    wanted.includes(runtime) ? (why[runtime] ?? 'ran') : 'not run: not asked for'
  return {
    parts: { java: said('java'), compose: said('compose') },
    contenders,
    async dispose() {
      for (const contender of contenders.flat()) {
        await contender.down().catch(() => {})
        await contender.purge().catch(() => {})
      }
    },
  }
}
