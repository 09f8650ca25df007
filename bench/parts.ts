import { chmod, copyFile, mkdir, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'

import { execa } from 'execa'

import { folders } from '../src/config/folders.ts'
import { PINNED_VERSION } from '../src/config/versions.ts'
import { realmRender, resolveConfig } from '../src/index.ts'
import { probeDocker } from '../src/runtime/compose/probe-docker.ts'
import { cachedDistribution } from '../src/runtime/java/distribution.ts'
import { probeJava } from '../src/runtime/java/probe-java.ts'
import type { BenchRuntime, Contender } from './contender.ts'
import { ours } from './ours.ts'
import { IMAGE, stockCompose } from './stock-compose.ts'
import { stockJava } from './stock-java.ts'

/** Both sides on one runtime. */
export interface BenchPart {
  readonly runtime: BenchRuntime
  /** Servers that are kept from round to round. */
  readonly kept: readonly [stock: Contender, ours: Contender]
  /** Servers that are new each time, on a machine where none ever ran. */
  readonly fresh: readonly [stock: Contender, ours: Contender]
  /** A new one each time that shares the cache with the one that is kept. */
  readonly another: readonly Contender[]
  /** The cache of the servers that are kept: has the distribution, if it is needed, and what they leave there. */
  readonly cache: string
}

/** What can be measured on this machine. */
export interface Parts {
  /** Each runtime: that it ran, or why not. */
  readonly said: Readonly<Record<BenchRuntime, string>>
  readonly parts: readonly BenchPart[]
  /** Holds all that is made. */
  readonly folder: string
  /** The realm that both sides have: a file. */
  readonly realmFile: string
  /** Removes what is left. */
  readonly dispose: () => Promise<void>
}

/** Or whoever starts it first pays for the disk: the distribution has just been unpacked, and is in the memory as well. */
const READ_ALL = 'cat "$JAVA_HOME"/lib/* "$JAVA_HOME"/lib/*/* /opt/keycloak/lib/*/*/* >/dev/null 2>&1 || true'

/** Finds the runtimes, and fetches what they need, before any clock runs. */
export async function findParts(
  folder: string,
  wanted: readonly string[],
  say: (text: string) => void,
): Promise<Parts> {
  const { config } = await resolveConfig({ flags: {}, env: {}, cwd: folder })
  const realm = JSON.stringify((await realmRender(config)).realm)
  await chmod(folder, 0o755) // the server's user inside a container is not ours
  const realmFile = join(folder, 'fastmcp.json')
  await writeFile(realmFile, realm)
  const folderOf = async (name: string) => {
    await mkdir(join(folder, name))
    return join(folder, name)
  }
  const lacks = await lacking()
  const runs = (runtime: BenchRuntime) => wanted.includes(runtime) && lacks[runtime] === undefined
  const said = (runtime: BenchRuntime) =>
    wanted.includes(runtime) ? (lacks[runtime] ?? 'ran') : 'not run: not asked for'

  /** @param zip the distribution, if it is needed */
  async function part(
    runtime: BenchRuntime,
    stock: (name: string) => Promise<Contender>,
    zip?: string,
  ): Promise<BenchPart> {
    const cacheOf = async (name: string) => {
      const cache = await folderOf(`cache-${runtime}-${name}`)
      if (zip) await copyFile(zip, join(cache, basename(zip)))
      return cache
    }
    const mine = async (name: string, cache: string) =>
      ours(runtime, await folderOf(`ours-${runtime}-${name}`), cache)
    const cache = await cacheOf('kept')
    return {
      runtime,
      kept: [await stock('kept'), await mine('kept', cache)],
      fresh: [await stock('fresh'), await mine('fresh', await cacheOf('fresh'))],
      another: [await mine('another', cache)],
      cache,
    }
  }

  const parts: BenchPart[] = []
  if (runs('compose')) {
    say('Reading the image')
    await execa('docker', ['run', '--rm', '--entrypoint', 'bash', IMAGE, '-c', READ_ALL])
    parts.push(await part('compose', () => stockCompose(realmFile)))
  }
  if (runs('java')) {
    say('Unpacking the stock Keycloak, twice')
    const context = { instance: 'bench', folder, onStep: say, onWarning: say, signal: undefined }
    const zip = await cachedDistribution(PINNED_VERSION, folders(config).cache, context)
    const [jdk] = await probeJava()
    const stock = async (name: string) =>
      stockJava({ zip, folder: await folderOf(`stock-${name}`), javaHome: jdk?.home ?? '', realm })
    parts.push(await part('java', stock, zip))
  }
  return {
    said: { java: said('java'), compose: said('compose') },
    parts,
    folder,
    realmFile,
    async dispose() {
      const all = parts.flatMap(({ kept, fresh, another }) => [...kept, ...fresh, ...another])
      await Promise.all(all.map((contender) => contender.dispose().catch(() => {})))
    },
  }
}

async function lacking(): Promise<Readonly<Record<BenchRuntime, string | undefined>>> {
  const [jdks, docker, image] = await Promise.all([
    probeJava(),
    probeDocker(),
    execa('docker', ['image', 'inspect', IMAGE], { reject: false }),
  ])
  const compose =
    docker.engine === undefined
      ? 'not run: no Docker engine answers'
      : !docker.composeVersion?.replace(/^v/, '').startsWith('2')
        ? 'not run: no Compose v2, whose --wait the stock server needs'
        : image.exitCode !== 0
          ? `not run: the image is not there (docker pull ${IMAGE})`
          : undefined
  return { java: jdks.length > 0 ? undefined : 'not run: no JDK was found', compose }
}
