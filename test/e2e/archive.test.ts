import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { execa } from 'execa'
import findProcess from 'find-process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { assetPath } from '../../src/assets.ts'
import { folders } from '../../src/config/folders.ts'
import { PINNED_VERSION } from '../../src/config/versions.ts'
import type { PrepareReport } from '../../src/operations/prepare.ts'
import type { UpReport } from '../../src/operations/up.ts'
import { probeJava } from '../../src/runtime/java/probe-java.ts'
import { cli, cliJson } from '../helpers/program/cli.ts'
import { testInstance } from '../helpers/program/instance.ts'
import { canArchive } from '../helpers/suite/machine.ts'
import { needs } from '../helpers/suite/needs.ts'

/** In the place of Keycloak: a program of the JVM's own, so that what the real JVM says of an archive is seen fast. */
const SERVER = `#!/bin/sh
echo "$JAVA_OPTS"
eval "\\"$JAVA_HOME/bin/java\\" $JAVA_OPTS -version" 2>&1
echo "exit $?"
[ -z "$ANSWERED" ] || echo "$ANSWERED" >>"$FOLDER/$$.lst"
until [ -z "$ANSWERED" ] || { [ ! -e "$FOLDER/$$.lst" ] && ls "$FOLDER"/*.jsa; } >/dev/null 2>&1; do sleep 0.1; done
`
const ANSWERED = 'org/keycloak/protocol/oidc/representations/OIDCConfigurationRepresentation id: 999999'

/** 18 seconds of CPU time, behind everything else that the machine does. */
const WRITTEN_MS = 500_000

const jdks = await probeJava()
let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'mcp-keycloak-archive-'))
  await mkdir(join(root, 'bin'))
  await writeFile(join(root, 'bin', 'kc.sh'), SERVER)
  await chmod(join(root, 'bin', 'kc.sh'), 0o755)
})
afterAll(() => rm(root, { recursive: true, force: true }))

const folderOf = (javaHome: string) => join(root, javaHome.replaceAll('/', '-'))

/** Starts it on a JVM; with `answered` it waits for the archive. */
async function start(javaHome: string, answered = '') {
  const folder = folderOf(javaHome)
  const { stdout } = await execa('sh', [assetPath('compose/start-keycloak.sh'), root, folder, 'start-dev'], {
    env: {
      JAVA_HOME: javaHome,
      JAVA_OPTS: '-XX:+UseSerialGC',
      ARCHIVE_QUIET_SECONDS: '0.5',
      FOLDER: folder,
      ANSWERED: answered,
    },
  })
  return stdout
}

async function archiveOf(javaHome: string): Promise<string> {
  const folder = folderOf(javaHome)
  const [name = 'none'] = (await readdir(folder)).filter((file) => file.endsWith('.jsa'))
  return join(folder, name)
}

// The runner says which JVMs there are; one that is there is enough for all but the last.
describe('the class-data archive, on a real JVM', needs(jdks.length > 0, 'a JDK'), () => {
  const [newest, other] = jdks.map(({ home }) => home)

  let archive: string

  it('is written, and then taken', async () => {
    expect(await start(newest ?? '', ANSWERED)).toContain('exit 0')
    archive = await archiveOf(newest ?? '')
    expect((await stat(archive)).size).toBeGreaterThan(1_000_000)
    expect((await usedBy(newest ?? '', archive)).exitCode).toBe(0)
    expect(await start(newest ?? '')).toContain(`-XX:SharedArchiveFile=${archive}`)
  })

  it('does not stop a start when it is cut off', async () => {
    const { size } = await stat(archive)
    await truncate(archive, Math.floor(size / 2))
    await startsWithout(newest ?? '', archive)
  })

  it('does not stop a start when it is of another JVM', needs(other !== undefined, 'two JDKs'), async () => {
    await start(other ?? '', ANSWERED)
    await rename(await archiveOf(other ?? ''), archive)
    await startsWithout(newest ?? '', archive)
  })
})

describe("Keycloak's class-data archive", needs(canArchive(jdks), 'Java 19 or later'), () => {
  it('the archive is written soon after the first start and serves later instances', async () => {
    await using instance = await testInstance('java')
    await using twin = await testInstance('java')
    const own = join(root, 'cache')
    const shared = { MCP_KEYCLOAK_CACHE_FOLDER: own, ARCHIVE_QUIET_SECONDS: '1' }
    const env = { ...instance.env, ...shared }
    // All that earlier tests have left but their archives.
    const { cache } = folders({ dataFolder: undefined, cacheFolder: undefined })
    const known = (await readdir(cache).catch(() => [])).filter((name) => name !== 'archives')
    await mkdir(own)
    for (const name of known) await symlink(join(cache, name), join(own, name))
    await cliJson<UpReport>(['up'], env)
    const archives = async () =>
      (await readdir(join(own, 'archives'))).filter((name) => name.endsWith('.jsa'))
    await expect.poll(archives, { timeout: WRITTEN_MS, interval: 500 }).toHaveLength(1)
    await cliJson<UpReport>(['up'], { ...twin.env, ...shared })
    const [archive = ''] = await archives()
    const servers: readonly { cmd: string }[] = await findProcess('name', twin.folder)
    expect(servers.map(({ cmd }) => cmd).join('\n')).toContain(
      `-XX:SharedArchiveFile=${join(own, 'archives', archive)}`,
    )
    await cli(['down', '--purge', '--yes'], { env })
    // A login page is made of jars that are opened only now.
    expect(await cli(['token'], { env: { ...twin.env, ...shared } })).toMatchObject({ exitCode: 0 })
    const { parts, bytes } = await cliJson<PrepareReport>(['prepare'], { ...twin.env, ...shared })
    const names = parts.map(({ name }) => name).sort()
    expect(names).toEqual(['archive', 'build', 'database', 'distribution'])
    expect(bytes).toBeLessThan(450_000_000)
    expect(await readdir(own)).not.toContain(`keycloak-${PINNED_VERSION}.zip`)
  }, 800_000)
})

/** The JVM itself would only leave out what it cannot read, and be slower than without: nothing would be seen. */
async function startsWithout(javaHome: string, archive: string) {
  expect((await usedBy(javaHome, archive)).exitCode).not.toBe(0)
  const said = await start(javaHome)
  expect(said).toContain('exit 0')
  expect(said).not.toContain('SharedArchiveFile')
  await expect(stat(archive)).rejects.toMatchObject({ code: 'ENOENT' })
}

/** What the JVM says when it must take that archive or give up. */
function usedBy(javaHome: string, archive: string) {
  const options = ['-Xshare:on', `-XX:SharedArchiveFile=${archive}`, '-XX:+UseSerialGC', '-Xmx768m']
  const classPath = join(root, 'bin', '..', 'lib', 'quarkus-run.jar')
  return execa(join(javaHome, 'bin', 'java'), [...options, '-cp', classPath, '-version'], { reject: false })
}
