import { spawn } from 'node:child_process'
import { cp, mkdir, open, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { freePort } from '../src/runtime/probe-port.ts'
import { unpack } from '../src/runtime/unpack.ts'
import type { Contender } from './contender.ts'
import { groupMemoryMb } from './memory.ts'

const POLL_MS = 100

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
  let group = 0
  let exited: Promise<unknown> = Promise.resolve()
  const isUp = () =>
    fetch(`http://localhost:${port}/realms/fastmcp/.well-known/openid-configuration`).then(
      async (response) => {
        await response.body?.cancel()
        return response.ok
      },
      () => false,
    )
  const contender: Contender = {
    side: 'stock',
    runtime: 'java',
    async up() {
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
      let isGone = false
      exited = new Promise<void>((resolve) => server.once('exit', () => resolve())).then(() => {
        isGone = true
      })
      group = server.pid ?? 0
      while (!(await isUp())) {
        if (isGone) throw new Error(`The stock server stopped; see ${join(folder, 'stock.log')}`)
        await sleep(POLL_MS)
      }
    },
    async down() {
      process.kill(-group, 'SIGTERM')
      await exited
    },
    async purge() {
      await rm(join(home, 'data'), { recursive: true, force: true })
      await rm(join(home, 'lib', 'quarkus'), { recursive: true })
      await cp(pristine, join(home, 'lib', 'quarkus'), { recursive: true })
    },
    async reset() {
      await contender.down()
      await rm(join(home, 'data'), { recursive: true })
      await contender.up()
      return {}
    },
    settle: async () => {},
    memoryMb: () => groupMemoryMb(group),
  }
  return contender
}
