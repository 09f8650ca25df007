import { spawn } from 'node:child_process'
import { cp, mkdir, open, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { unpack } from '../src/runtime/java/unpack.ts'
import { freePort } from '../src/runtime/probe-port.ts'
import type { Contender } from './contender.ts'
import { groupMemoryMb } from './memory.ts'
import { stockReady } from './stock-ready.ts'

/** What a stock server is made of. */
export interface StockJavaOptions {
  /** The distribution. */
  readonly zip: string
  /** An empty folder. */
  readonly folder: string
  readonly javaHome: string
  /** The realm to import: JSON. */
  readonly realm: string
}

/**
 * `kc.sh start-dev --import-realm`, as Keycloak's guides have it, with all of its own settings. The distribution is
 * unpacked before anything is measured.
 */
export async function stockJava({ zip, folder, javaHome, realm }: StockJavaOptions): Promise<Contender> {
  const home = join(folder, 'keycloak')
  const pristine = join(folder, 'lib-quarkus')
  await unpack(zip, home)
  await cp(join(home, 'lib', 'quarkus'), pristine, { recursive: true })
  const port = await freePort()
  let group: number | undefined
  let exited: Promise<unknown> = Promise.resolve()

  async function up(): Promise<void> {
    await mkdir(join(home, 'data', 'import'), { recursive: true })
    await writeFile(join(home, 'data', 'import', 'fastmcp.json'), realm)
    const log = await open(join(folder, 'stock.log'), 'a')
    const server = spawn(join(home, 'bin', 'kc.sh'), ['start-dev', '--import-realm'], {
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        JAVA_HOME: javaHome,
        KC_BOOTSTRAP_ADMIN_USERNAME: 'admin',
        KC_BOOTSTRAP_ADMIN_PASSWORD: 'benchmark',
        KC_HTTP_HOST: '127.0.0.1',
        KC_HTTP_PORT: String(port),
      },
    })
    await log.close()
    group = server.pid
    exited = new Promise<void>((resolve) => server.once('exit', () => resolve())).then(() => {
      group = undefined
    })
    await stockReady(port, () => group === undefined)
  }

  async function down(): Promise<void> {
    if (group !== undefined) process.kill(-group, 'SIGTERM') // 0 would be our own group
    await exited
  }

  /** The data alone: what the server has built of itself may stay. */
  async function wipe(): Promise<void> {
    await down()
    await rm(join(home, 'data'), { recursive: true, force: true })
  }

  return {
    side: 'stock',
    runtime: 'java',
    up,
    down,
    wipe,
    async reset() {
      await wipe()
      await up()
      return {}
    },
    settle: async () => {},
    forget: async () => {
      await rm(join(home, 'lib', 'quarkus'), { recursive: true })
      await cp(pristine, join(home, 'lib', 'quarkus'), { recursive: true })
    },
    memoryMb: () => groupMemoryMb(group ?? 0),
    dispose: wipe,
  }
}
