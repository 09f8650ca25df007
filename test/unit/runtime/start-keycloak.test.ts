import { chmod, cp, mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { execa } from 'execa'
import { describe, expect, it } from 'vitest'

import { assetPath } from '../../../src/assets.ts'
import { tempFolder } from '../support/temp-folder.ts'

/** The class by which the script knows that the server has answered somebody. */
const ANSWERED = 'org/keycloak/protocol/oidc/representations/OIDCConfigurationRepresentation id: 1'

/** A JVM that can only write an archive, and take one that it has written. */
const JAVA = `#!/bin/sh
for option; do
  case $option in
    -XX:SharedArchiveFile=*) archive=\${option#*=} ;;
    -XX:SharedClassListFile=*) list=\${option#*=} ;;
    -Xshare:*) mode=\${option#*:} ;;
  esac
done
[ "$mode" != dump ] || { echo "archive of $(cat "$list")" >"$archive"; exit "\${DUMP_EXIT:-0}"; }
[ "$(cat "$archive")" = 'archive of ${ANSWERED}' ]
`

/** A server that says its options, and runs until its archive is there, or was given up, or as long as it was told. */
const SERVER = `#!/bin/sh
echo "$JAVA_OPTS | $*"
eval set -- $JAVA_OPTS
for option; do
  case $option in -XX:DumpLoadedClassList=*) echo "$CLASSES" >"\${option#*=}" ;; esac
done
i=0
until [ $i = "$POLLS" ] || { [ ! -e "$FOLDER/$$.lst" ] && ls "$FOLDER"/*.jsa*; } >/dev/null 2>&1; do
  sleep 0.05
  i=$((i + 1))
done
`

async function machine() {
  const root = await tempFolder()
  const folder = join(root, 'a folder', 'archive') // as on macOS: "Application Support"
  const [home, jdk] = [join(root, 'keycloak'), join(root, 'jdk')]
  for (const [path, content] of [
    [join(home, 'bin', 'kc.sh'), SERVER],
    [join(home, 'lib', 'quarkus-run.jar'), ''],
    [join(jdk, 'bin', 'java'), JAVA],
  ] as const) {
    await mkdir(join(path, '..'), { recursive: true })
    await writeFile(path, content)
    await chmod(path, 0o755)
  }
  await writeFile(join(jdk, 'release'), 'JAVA_VERSION="25"')
  return {
    jdk,
    home,
    folder,
    /** The same server in another folder. */
    async copy(name: string) {
      await cp(home, join(root, name), { recursive: true, preserveTimestamps: true })
      return join(root, name)
    },
    /** Starts it, and waits until it has an archive or `polls` are over. */
    async start({ polls = 200, env = {}, home: of = home } = {}) {
      const { stdout } = await execa(
        'sh',
        [assetPath('compose/start-keycloak.sh'), of, folder, 'start-dev'],
        {
          env: {
            JAVA_HOME: jdk,
            JAVA_OPTS: '-Xmx1m',
            ARCHIVE_QUIET_SECONDS: '0.05',
            FOLDER: folder,
            POLLS: String(polls),
            CLASSES: ANSWERED,
            ...env,
          },
        },
      )
      return stdout
    },
    async archives() {
      const names = (await readdir(folder)).filter((name) => name.endsWith('.jsa'))
      return Promise.all(
        names.map(async (name) => [join(folder, name), await readFile(join(folder, name), 'utf8')]),
      )
    },
  }
}

/** The number of a process that is no more. */
async function deadPid(): Promise<number> {
  const subprocess = execa('true')
  await subprocess
  return subprocess.pid ?? 0
}

const RECORDS = '-XX:DumpLoadedClassList='
const USES = '-XX:SharedArchiveFile='

it('the first start writes a class archive, which later starts use', async () => {
  const { start, archives } = await machine()
  const first = await start()
  expect(first).toMatch(/^-Xmx1m "-XX:DumpLoadedClassList=.*\d+\.lst" \| start-dev$/)
  const [[file, content] = []] = await archives()
  expect(content).toBe(`archive of ${ANSWERED}\n`)
  expect(await start({ polls: 1 })).toBe(`-Xmx1m "${USES}${file}" | start-dev`)
})

it.each([
  ['half of one', 'archive of cl'],
  ['something else', 'garbage\0'],
])('starts without an archive that is %s, and has another written', async (_, broken) => {
  const { start, archives } = await machine()
  await start()
  const [[file = ''] = []] = await archives()
  await writeFile(file, broken)
  const second = await start()
  expect(second).toContain(RECORDS)
  expect(second).not.toContain(USES)
  // The broken one was there at once: it is replaced while this server runs, or at the next start.
  await start({ polls: 20 })
  expect(await start({ polls: 1 })).toContain(USES)
})

it('each JVM and option set has its archive; three are kept', async () => {
  const { start, archives, jdk } = await machine()
  await start()
  await writeFile(join(jdk, 'release'), 'JAVA_VERSION="26"')
  expect(await start()).toContain(RECORDS)
  expect(await archives()).toHaveLength(2)
  for (const heap of ['-Xmx2m', '-Xmx3m'])
    expect(await start({ env: { JAVA_OPTS: heap } })).toContain(RECORDS)
  expect(await archives()).toHaveLength(3)
  expect(await start({ polls: 1, env: { JAVA_OPTS: '-Xmx3m' } })).toContain(USES)
})

it('servers with the same files share one archive', async () => {
  const { start, home, copy } = await machine()
  await start()
  const [twin, newer] = [await copy('twin'), await copy('newer')]
  await utimes(join(newer, 'lib', 'quarkus-run.jar'), 0, 0)
  expect(await start({ polls: 1, home: twin })).toContain(USES)
  expect(await start({ polls: 1, home: newer })).toContain(RECORDS)
  expect(await start({ polls: 1, home })).toContain(USES)
})

it('a start removes unfinished archives of killed servers only', async () => {
  const { start, folder } = await machine()
  await start()
  const dead = String(await deadPid())
  const files = [`${dead}.lst`, `${dead}.partial`, `${process.pid}.lst`, `${process.pid}.partial`]
  for (const file of files) await writeFile(join(folder, file), '')
  await start({ polls: 1 })
  expect((await readdir(folder)).filter((name) => /(lst|partial)$/.test(name)).toSorted()).toEqual([
    `${process.pid}.lst`,
    `${process.pid}.partial`,
  ])
})

it('a start retries a JVM that failed, a limited number of times', async () => {
  const { start, archives, folder } = await machine()
  const failed = async () => (await readdir(folder)).filter((name) => name.endsWith('.failed'))
  await start({ env: { DUMP_EXIT: '1' } })
  expect([await archives(), await failed()]).toEqual([[], [expect.stringMatching(/^\d+\.jsa\.failed$/)]])
  expect(await start()).toContain(RECORDS)
  expect([(await archives()).length, await failed()]).toEqual([1, []])
})

it('gives up a JVM that cannot write one', async () => {
  const { start, archives } = await machine()
  for (const _ of Array(3)) expect(await start({ env: { DUMP_EXIT: '1' } })).toContain(RECORDS)
  expect(await start({ polls: 1 })).toBe('-Xmx1m | start-dev')
  expect(await archives()).toEqual([])
})

it('the archive is written after the first answered request', async () => {
  const { start, archives } = await machine()
  await start({ polls: 20, env: { CLASSES: 'java/lang/Object id: 0' } })
  expect(await archives()).toEqual([])
})

it('leaves no process behind when the server has ended before it was quiet', async () => {
  const { start, archives } = await machine()
  // It would be the last to hold the output open: start() returns only when it is gone.
  expect(await start({ polls: 0, env: { ARCHIVE_QUIET_SECONDS: '0.2' } })).toContain(RECORDS)
  expect(await archives()).toEqual([])
})

describe('a new server with a copy of the template', () => {
  /** A JVM whose H2 takes the script, or fails. */
  const h2 = (exit: number) => `#!/bin/sh
for option; do [ "$option" != org.h2.tools.RunScript ] || { echo "$*" >"$FOLDER/h2"; exit ${exit}; }; done
`
  async function first(exit: number) {
    const { home, jdk, folder, start } = await machine()
    const data = join(home, 'data', 'h2')
    await mkdir(data, { recursive: true })
    await mkdir(folder, { recursive: true })
    for (const name of ['first-start.sql', 'keycloakdb.mv.db', 'keycloakdb.trace.db'])
      await writeFile(join(data, name), '')
    await writeFile(join(jdk, 'bin', 'java'), h2(exit))
    const said = await start({ polls: 1 })
    return { said, left: (await readdir(data)).sort(), h2: await readFile(join(folder, 'h2'), 'utf8'), data }
  }

  it('runs its script once, before it starts', async () => {
    const { said, left, h2, data } = await first(0)
    expect(h2).toContain(
      `-url jdbc:h2:file:${data}/keycloakdb;IFEXISTS=TRUE;TRACE_LEVEL_FILE=0 -script ${data}/`,
    )
    expect(left).toEqual(['keycloakdb.mv.db', 'keycloakdb.trace.db'])
    expect(said).toContain('| start-dev')
  })

  it('starts with an empty database when the script fails, and keeps no key', async () => {
    const { said, left } = await first(1)
    expect(left).toEqual([])
    expect(said).toContain('| start-dev')
  })
})
