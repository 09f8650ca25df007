import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { execa } from 'execa'
import { expect, it } from 'vitest'

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

/** A server that says its options, and runs until its archive is there or as long as it was told. */
const SERVER = `#!/bin/sh
echo "$JAVA_OPTS | $*"
eval set -- $JAVA_OPTS
for option; do
  case $option in -XX:DumpLoadedClassList=*) echo "$CLASSES" >"\${option#*=}" ;; esac
done
i=0
until [ $i = "$POLLS" ] || { [ ! -e "$FOLDER/classes.lst" ] && ls "$FOLDER"/*.jsa; } >/dev/null 2>&1; do
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
    [join(jdk, 'bin', 'java'), JAVA],
  ] as const) {
    await mkdir(join(path, '..'), { recursive: true })
    await writeFile(path, content)
    await chmod(path, 0o755)
  }
  await writeFile(join(jdk, 'release'), 'JAVA_VERSION="25"')
  return {
    jdk,
    /** Starts it, and waits until it has an archive or `polls` are over. */
    async start({ polls = 200, env = {} } = {}) {
      const { stdout } = await execa(
        'sh',
        [assetPath('compose/start-keycloak.sh'), home, folder, 'start-dev'],
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

const RECORDS = '-XX:DumpLoadedClassList='
const USES = '-XX:SharedArchiveFile='

it('has an archive written at the first start, and starts with it from then on', async () => {
  const { start, archives } = await machine()
  const first = await start()
  expect(first).toMatch(/^-Xmx1m "-XX:DumpLoadedClassList=.*classes\.lst" \| start-dev$/)
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

it('has another archive for another JVM and for other options, and throws the old one away', async () => {
  const { start, archives, jdk } = await machine()
  await start()
  const [[before] = []] = await archives()
  await writeFile(join(jdk, 'release'), 'JAVA_VERSION="26"')
  expect(await start({ polls: 20 })).toContain(RECORDS)
  const after = await archives()
  expect(after).toHaveLength(1)
  expect(after[0]?.[0]).not.toBe(before)
  expect(await start({ polls: 1, env: { JAVA_OPTS: '-Xmx2m' } })).toContain(RECORDS)
})

it('does not ask a JVM again that cannot write one', async () => {
  const { start, archives } = await machine()
  await start({ env: { DUMP_EXIT: '1' } })
  expect((await archives()).map(([, content]) => content)).toEqual([''])
  expect(await start({ polls: 1 })).toBe('-Xmx1m | start-dev')
})

it('waits until the server has answered somebody', async () => {
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
