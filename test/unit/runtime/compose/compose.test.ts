import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { beforeEach, describe, expect, it, vi } from 'vitest'

import type { ServerSettings } from '../../../../src/config/server.ts'

import { PINNED_VERSION } from '../../../../src/config/versions.ts'
import { composeRuntime } from '../../../../src/runtime/compose/compose.ts'
import { TEMPLATE_SIGN } from '../../../../src/runtime/database-template.ts'
import type { RunContext, Runtime } from '../../../../src/runtime/runtime.ts'
import type { InstanceState } from '../../../../src/runtime/state/state.ts'
import { preferredPrograms } from '../../support/fake-programs.ts'
import { ownPlatformFolders } from '../../support/own-home.ts'
import { refusal } from '../../support/refusal.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const STATE: InstanceState & ServerSettings = {
  schemaVersion: 1,
  instance: 'two',
  runtime: 'compose',
  version: PINNED_VERSION,
  port: 8181,
  managementPort: 9191,
  features: [],
  admin: { username: 'admin', password: 'generated' },
  folder: '',
}
const OWNER = 'c0ffee123456'

let cache: string
let runtime: Runtime

beforeEach(async () => {
  await ownPlatformFolders()
  cache = await tempFolder()
  runtime = composeRuntime({ cache })
  const data = await tempFolder()
  Object.assign(STATE, { folder: join(data, 'instances', 'two'), owner: OWNER })
  await mkdir(STATE.folder, { recursive: true })
  await writeFile(join(data, 'owner.json'), JSON.stringify({ schemaVersion: 1, id: OWNER, folder: data }))
})

/** A docker that writes down what it is called with, and answers as the cases say. */
async function docker(cases = '', program = 'docker') {
  const record = join(await tempFolder(), 'calls')
  const script = `
case "$*" in
  version*|--version*|compose\\ version*) test "$1" = compose && test "${program}" != docker && exit 1; echo 2.40.0; exit 0;;
  context*) exit 0;;
esac
echo "\${0##*/} $* [$KEYCLOAK_PORT $KEYCLOAK_MANAGEMENT_PORT $KC_BOOTSTRAP_ADMIN_PASSWORD]" >> ${record}
case "$*" in
${cases}
esac`
  await preferredPrograms({ docker: script, 'docker-compose': script })
  return async () => (await readFile(record, 'utf8').catch(() => '')).split('\n').filter(Boolean)
}

const context = (steps: string[] = []): RunContext => ({
  instance: 'two',
  folder: STATE.folder,
  onStep: (step) => void steps.push(step),
  onWarning: () => {},
  signal: undefined,
})

const ONE_CONTAINER = '  ps*) echo c0ffee;;'

describe('Keycloak in Docker Compose', () => {
  it.each([
    [
      'docker',
      /^docker compose --project-name mcp-keycloak-two-c0ffee --project-directory \/\S+\/compose --env-file \S+\/compose\/empty\.env --file \/\S+\/compose\/server\.yaml up --no-start \[/,
    ],
    [
      'docker-compose',
      /^docker-compose --project-name mcp-keycloak-two-c0ffee --project-directory \S+ --env-file \S+ --file \S+ up --no-start \[/,
    ],
  ])(
    'an instance is a Compose project without secrets in arguments and variables: %s',
    async (program, call) => {
      const calls = await docker(ONE_CONTAINER, program)
      expect(await runtime.start(STATE, context())).toEqual({ owner: OWNER })
      const made = await calls()
      const up = made.find((one) => one.includes(' up '))
      expect(up).toMatch(call)
      expect(up).toMatch(/ \[8181 9191 \]$/)
      expect(made.at(-1)).toContain('docker start c0ffee ')
      expect(made.join()).not.toContain('generated')
    },
  )

  it('copies its administrator into the container before it starts, and leaves no file', async () => {
    const seen = join(await tempFolder(), 'seen')
    const calls = await docker(
      `${ONE_CONTAINER}\n  cp*) tar --list --verbose --numeric-owner > ${seen}.list; exit 0;;`,
    )
    await runtime.start(STATE, context())
    expect(await readFile(`${seen}.list`, 'utf8')).toMatch(/^-rw------- 1000\/0 .* keycloak\.conf\n$/)
    expect((await calls()).join('\n')).toContain('docker cp - c0ffee:/opt/keycloak/conf')
    expect(await readdir(STATE.folder)).toEqual([])
  })

  it('does not start a container without its administrator', async () => {
    const calls = await docker(`${ONE_CONTAINER}\n  cp*) echo "no space left" >&2; exit 1;;`)
    const error = await refusal(() => runtime.start(STATE, context()))
    expect(error).toMatchObject({ code: 'COMPOSE_FAILED', why: 'no space left' })
    expect((await calls()).join()).not.toContain('docker start')
    expect(await readdir(STATE.folder)).toEqual([])
  })

  describe('with a template of the database', () => {
    const MAKE = `  exec*interactive*) cat >/dev/null; echo '--> ${TEMPLATE_SIGN}'; exit 0;;\n  exec*) exit 2;;`
    const NEW = '  volume*inspect*) exit 1;;'
    const COPY =
      '  cp*" - "*) tar --list --verbose --numeric-owner >> "$SEEN"; exit 0;;\n  cp*) echo db > "$3"; exit 0;;'

    beforeEach(async () => {
      vi.stubEnv('SEEN', join(await tempFolder(), 'seen'))
    })
    const seen = () => readFile(process.env.SEEN ?? '', 'utf8')

    it('a new container gets the template with a script that only its server can read', async () => {
      const calls = await docker(`${ONE_CONTAINER}\n${MAKE}\n${NEW}\n${COPY}`)
      await runtime.keepDatabase(STATE)
      expect((await calls()).join('\n')).toContain('docker exec c0ffee rm -rf /tmp/mcp-keycloak-template')
      await runtime.start(STATE, context())
      expect(await seen()).toMatch(
        /drwxr-xr-x 1000\/0 .* h2\/\n-rw------- 1000\/0 .* h2\/first-start.sql\n-rw-r--r-- 1000\/0 .* h2\/keycloakdb.mv.db\n/,
      )
    })

    it.each([
      ['has its volume already', '', COPY],
      ['runs on a database that is not new', "  exec*interactive*) echo '--> realms 2';;", COPY],
      ['has providers of its own', '  exec*ls*) echo /opt/keycloak/providers/a.jar; exit 0;;', COPY],
      ['cannot be copied from', NEW, '  cp*" - "*) tar --list >> "$SEEN"; exit 0;;\n  cp*) exit 1;;'],
    ])('gives none to, and takes none of, a container that %s', async (_, cases, copy) => {
      await docker(`${ONE_CONTAINER}\n${cases}\n${MAKE}\n${copy}`)
      await runtime.keepDatabase(STATE)
      await runtime.start(STATE, context())
      expect(await seen()).not.toContain('h2/')
    })
  })

  describe('with a kept build', () => {
    /** The effect of `docker cp` from the container to a folder. */
    const COPY =
      '  cp*" - "*) tar --list > "$SEEN"; exit 0;;\n  cp*) mkdir "$3"; echo of=built > "$3/build-system.properties"; echo bytes > "$3/app.dat"; exit 0;;'
    const NEW = '  volume*inspect*) exit 1;;'

    beforeEach(async () => {
      vi.stubEnv('SEEN', join(await tempFolder(), 'seen'))
    })
    const seen = () => readFile(process.env.SEEN ?? '', 'utf8').catch(() => '')

    it('gives it to a new container, which need not build itself', async () => {
      const calls = await docker(`${ONE_CONTAINER}\n  exec*) exit 2;;\n${NEW}\n${COPY}`)
      await runtime.settle(STATE)
      expect((await readdir(cache)).map((name) => name.replace(/-[0-9a-f]{8}$/, ''))).toEqual([
        `built-${PINNED_VERSION}`,
      ])
      await runtime.start(STATE, context())
      expect((await calls()).join('\n')).toContain('docker cp - c0ffee:/opt/keycloak/lib/quarkus')
      expect(await seen()).toBe('app.dat\nbuild-system.properties\n')
    })

    it('leaves a container alone that has a build', async () => {
      const calls = await docker(`${ONE_CONTAINER}\n  exec*) exit 2;;\n${COPY}`)
      await runtime.settle(STATE)
      await runtime.start(STATE, context())
      expect((await calls()).join('\n')).not.toContain('c0ffee:/opt/keycloak/lib/quarkus [')
    })

    it('does not give one that was changed', async () => {
      const calls = await docker(`${ONE_CONTAINER}\n  exec*) exit 2;;\n${NEW}\n${COPY}`)
      await runtime.settle(STATE)
      const [name = ''] = await readdir(cache)
      await writeFile(join(cache, name, 'app.dat'), 'changed')
      await runtime.start(STATE, context())
      expect((await calls()).join('\n')).not.toContain('docker cp - c0ffee:/opt/keycloak/lib/quarkus')
      expect(await readdir(cache)).toEqual([])
    })

    it.each([
      ['of an image with providers', 'exec*) echo /opt/keycloak/providers/a.jar;;'],
      ['that cannot be copied', 'exec*) exit 2;;\n  cp*) exit 1;;'],
    ])('the cache keeps no build %s', async (_, cases) => {
      await docker(`${ONE_CONTAINER}\n  ${cases}\n${COPY}`)
      await runtime.settle(STATE)
      expect(await readdir(cache)).toEqual([])
    })
  })

  it('forgets its administrator when it has started', async () => {
    const calls = await docker(ONE_CONTAINER)
    await runtime.clearBootstrap(STATE)
    expect((await calls()).at(-1)).toContain('docker exec c0ffee bash -c : >/opt/keycloak/conf/keycloak.conf')
  })

  it('gives Compose no variable of the user that it or the file reads', async () => {
    vi.stubEnv('COMPOSE_FILE', '/evil.yaml')
    vi.stubEnv('COMPOSE_PROFILES', 'evil')
    vi.stubEnv('KC_HOSTNAME_ADMIN', 'evil')
    vi.stubEnv('DOCKER_HOST', 'unix:///run/docker.sock')
    const record = join(await tempFolder(), 'environment')
    await docker(`  *up*) env > ${record}; pwd >> ${record};;`)
    await runtime.start(STATE, context())
    const seen = await readFile(record, 'utf8')
    expect(seen).not.toContain('evil')
    expect(seen).toContain('COMPOSE_PROJECT_NAME=mcp-keycloak-two-c0ffee')
    expect(seen).toContain('DOCKER_HOST=unix:///run/docker.sock')
    expect(seen.trim()).toMatch(/\/compose$/)
  })

  it('says what Compose said last when it cannot start', async () => {
    await docker(
      '  *" up "*) echo "Creating x"; echo "first" >&2; echo "port is already allocated" >&2; exit 1;;',
    )
    const error = await refusal(() => runtime.start(STATE, context()))
    expect(error).toMatchObject({ code: 'COMPOSE_FAILED', why: 'port is already allocated' })
  })

  it('says so when Compose said nothing', async () => {
    await docker('  *" up "*) exit 7;;')
    const { why } = await refusal(() => runtime.start(STATE, context()))
    expect(why).toMatchInlineSnapshot(`"It ended with 7 and said nothing."`)
  })

  it('pulls the image of its version unless it is there', async () => {
    const there = await docker()
    await runtime.prepare(STATE, context())
    expect(await there()).toHaveLength(1)
    const calls = await docker('  image*) exit 1;;\n  pull*) echo layer;;')
    const steps: string[] = []
    await runtime.prepare(STATE, context(steps))
    const image = `quay.io/keycloak/keycloak:${PINNED_VERSION}`
    expect((await calls()).at(-1)).toContain(`docker pull ${image} `)
    expect(steps).toEqual([`Pulling ${image}`, `Pulling ${image}: layer`])
  })

  it('says why an image cannot be pulled', async () => {
    await docker('  image*) exit 1;;\n  pull*) echo "manifest unknown" >&2; exit 1;;')
    const error = await refusal(() => runtime.prepare({ ...STATE, version: '26.6.99' }, context()))
    expect(error).toMatchObject({ code: 'IMAGE_NOT_FOUND', why: 'manifest unknown' })
    expect(error.message).toContain('keycloak:26.6.99')
  })

  it('runs when its container does, found by its owner and its project', async () => {
    const calls = await docker(ONE_CONTAINER)
    expect(await runtime.isRunning(STATE)).toBe(true)
    expect((await calls())[0]).toContain(
      '--filter label=mcp-keycloak.owner=c0ffee123456 --filter label=com.docker.compose.project=mcp-keycloak-two-c0ffee ',
    )
    await docker()
    expect(await runtime.isRunning(STATE)).toBe(false)
  })

  it("does not pass for stopped when Docker fails: Docker's own words are given", async () => {
    await docker('  ps*) echo "permission denied" >&2; exit 1;;')
    const error = await refusal(() => runtime.isRunning(STATE))
    expect(error).toMatchObject({ code: 'COMPOSE_FAILED', why: 'permission denied' })
  })

  it('is not taken for stopped when another engine has it', async () => {
    await docker('  info*) echo engine-2;;')
    expect(await runtime.isRunning({ ...STATE, engine: 'engine-2' })).toBe(false)
    const error = await refusal(() => runtime.isRunning({ ...STATE, engine: 'engine-1' }))
    expect(error).toMatchObject({
      code: 'DOCKER_ELSEWHERE',
      message: expect.stringContaining('"two"'),
      why: expect.stringContaining('engine-1'),
      fix: expect.stringContaining('mcp-keycloak down --instance two --purge'),
    })
  })

  it.each([
    ['out of memory', '"OOMKilled":true,"ExitCode":137', 'out of memory'],
    ['by a signal', '"OOMKilled":false,"ExitCode":137', 'while it was starting'],
  ])('is known to have been killed %s while it was starting', async (_, state, message) => {
    const inspected = `{"State":{"Running":false,${state}},"HostConfig":{"Memory":314572800}}`
    await docker(`${ONE_CONTAINER}\n  inspect*) echo '${inspected}';;`)
    const error = await refusal(() => runtime.isStarting(STATE))
    expect(error).toMatchObject({ code: 'KEYCLOAK_EXITED', message: expect.stringContaining(message) })
    expect(error.why).toContain('Its limit is 300 MB.')
  })

  it('an instance without an owner is absent, and Docker is not called', async () => {
    const calls = await docker(ONE_CONTAINER)
    const folder = join(await tempFolder(), 'instances', 'two')
    expect(await runtime.isRunning({ instance: 'two', folder })).toBe(false)
    await runtime.purge({ instance: 'two', folder })
    expect(await calls()).toEqual([])
  })

  it('of an earlier version is not copied while another container writes the database', async () => {
    const volumes = '  "volume ls"*project=mcp-keycloak-two*) echo " mcp-keycloak-two_data";;'
    const calls = await docker(`${volumes}\n  "ps --filter volume=mcp-keycloak-two_data"*) echo of-eve;;`)
    const error = await refusal(() => runtime.claim({ ...STATE, owner: null }, STATE, context()))
    expect(error).toMatchObject({ code: 'INSTANCE_BUSY', why: expect.stringContaining('"of-eve"') })
    expect((await calls()).filter((call) => / (create|run|rm|stop) /.test(call))).toEqual([])
  })

  it('an instance of an earlier version copies no volume that has an owner', async () => {
    await docker('  "volume ls"*) echo "bbbbbb222222 mcp-keycloak-two_data";;')
    expect(await runtime.claim({ ...STATE, owner: null }, STATE, context())).toEqual({ owner: OWNER })
  })

  it('is stopped with its data kept, and purged with its data gone', async () => {
    const calls = await docker(
      `${ONE_CONTAINER}\n  "volume ls"*c0ffee123456*) echo two_data; echo two_quarkus;;`,
    )
    await runtime.stop(STATE)
    expect((await calls()).filter((call) => call.includes('volume'))).toEqual([])
    expect(await runtime.purge(STATE)).toEqual([])
    expect((await calls()).at(-1)).toContain('docker volume rm two_data two_quarkus ')
  })

  it('is not stopped when there is no container', async () => {
    const calls = await docker()
    await runtime.stop(STATE)
    expect((await calls()).filter((call) => call.includes(' rm '))).toEqual([])
  })

  it("quotes the container's log, of both outputs", async () => {
    await docker(`${ONE_CONTAINER}\n  "logs --tail 5 c0ffee") echo one; echo two >&2;;`)
    expect(await runtime.lastLog(STATE, 5)).toEqual(['one', 'two'])
    await docker()
    expect(await runtime.lastLog(STATE, 5)).toEqual([])
  })

  it('a removed container leaves its whole log, which errors quote', async () => {
    const calls = await docker(`${ONE_CONTAINER}\n  "logs c0ffee") echo one; echo two >&2;;`)
    await runtime.stop(STATE)
    const done = (await calls()).map((call) => call.replace(/ \[.*/, ''))
    expect(done.slice(1)).toEqual([
      'docker stop c0ffee',
      'docker logs c0ffee',
      'docker inspect --format {{.Image}} c0ffee',
      'docker rm --force c0ffee',
      'docker network rm mcp-keycloak-two-c0ffee_default',
    ])
    await docker()
    expect((await runtime.lastLog(STATE, 5)).toSorted()).toEqual(['one', 'two'])
    expect(await linesOf(runtime.log(STATE, { follow: false, signal: undefined }))).toHaveLength(2)
  })

  it('stops a container whose log cannot be kept', async () => {
    const calls = await docker(`${ONE_CONTAINER}\n  "logs c0ffee") echo one;;`)
    await rm(STATE.folder, { recursive: true })
    await runtime.stop(STATE)
    expect((await calls()).at(-2)).toContain(' rm --force c0ffee')
  })

  it('a followed log continues after a restart and in the next container', async () => {
    const folder = await tempFolder()
    const now = join(folder, 'container')
    await writeFile(now, 'first')
    await docker(
      [
        `  ps*) cat ${now};;`,
        '  "logs --follow first") echo "first started";;',
        `  "logs --follow --since "*first) echo "first again"; echo second > ${now};;`,
        '  "logs --follow second") echo "second started";;',
      ].join('\n'),
    )
    const interrupt = new AbortController()
    const lines: string[] = []
    for await (const line of runtime.log(STATE, { follow: true, signal: interrupt.signal })) {
      lines.push(line)
      if (line === 'second started') interrupt.abort()
    }
    expect(lines).toEqual(['first started', 'first again', 'second started'])
  })
})

async function linesOf(log: AsyncIterable<string>): Promise<readonly string[]> {
  const lines: string[] = []
  for await (const line of log) lines.push(line)
  return lines
}
