import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ServerSettings } from '../../../src/config/server.ts'

import { PINNED_VERSION } from '../../../src/config/versions.ts'
import { composeRuntime } from '../../../src/runtime/compose.ts'
import type { RunContext } from '../../../src/runtime/runtime.ts'
import type { InstanceState } from '../../../src/runtime/state.ts'
import { preferredPrograms } from '../support/fake-programs.ts'
import { refusal } from '../support/refusal.ts'
import { tempFolder } from '../support/temp-folder.ts'

const STATE: InstanceState & ServerSettings = {
  schemaVersion: 1,
  instance: 'two',
  runtime: 'compose',
  version: PINNED_VERSION,
  port: 8181,
  managementPort: 9191,
  features: [],
  admin: { username: 'admin', password: 'generated' },
  folder: '/nowhere',
}

/** A docker that writes down what it is called with, and answers as the cases say. */
async function docker(cases = '', program = 'docker') {
  const record = join(await tempFolder(), 'calls')
  const script = `
case "$*" in
  *version*) test "$1" = compose && test "${program}" != docker && exit 1; echo 2.40.0; exit 0;;
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
  folder: '/nowhere',
  onStep: (step) => void steps.push(step),
  onWarning: () => {},
  signal: undefined,
})

const ONE_CONTAINER = '  ps*) echo c0ffee;;'

describe('Keycloak in Docker Compose', () => {
  it.each([
    [
      'docker',
      /^docker compose --project-name mcp-keycloak-two --file \/\S+\/compose\/keycloak\.yaml up --detach/,
    ],
    ['docker-compose', /^docker-compose --project-name mcp-keycloak-two --file \S+ up --detach/],
  ])(
    'is a project of its own, with its secrets in variables and not in the command: %s',
    async (program, call) => {
      const calls = await docker('', program)
      expect(await composeRuntime.start(STATE, context())).toEqual({})
      const [started = ''] = await calls()
      expect(started).toMatch(call)
      expect(started).toMatch(/ \[8181 9191 generated\]$/)
      expect(started.match(/generated/g)).toHaveLength(1)
    },
  )

  it('says what Compose said last when it cannot start', async () => {
    await docker(
      '  *up*) echo "Creating x"; echo "first" >&2; echo "port is already allocated" >&2; exit 1;;',
    )
    const error = await refusal(() => composeRuntime.start(STATE, context()))
    expect(error).toMatchObject({ code: 'COMPOSE_FAILED', why: 'port is already allocated' })
  })

  it('says so when Compose said nothing', async () => {
    await docker('  *up*) exit 7;;')
    const { why } = await refusal(() => composeRuntime.start(STATE, context()))
    expect(why).toBe('It ended with 7 and said nothing.')
  })

  it('pulls the image of its version unless it is there', async () => {
    const there = await docker()
    await composeRuntime.prepare(STATE, context())
    expect(await there()).toHaveLength(1)
    const calls = await docker('  image*) exit 1;;\n  pull*) echo layer;;')
    const steps: string[] = []
    await composeRuntime.prepare(STATE, context(steps))
    const image = `quay.io/keycloak/keycloak:${PINNED_VERSION}`
    expect((await calls()).at(-1)).toContain(`docker pull ${image} `)
    expect(steps).toEqual([`Pulling ${image}`, `Pulling ${image}: layer`])
  })

  it('says why an image cannot be pulled', async () => {
    await docker('  image*) exit 1;;\n  pull*) echo "manifest unknown" >&2; exit 1;;')
    const error = await refusal(() => composeRuntime.prepare({ ...STATE, version: '26.6.99' }, context()))
    expect(error).toMatchObject({ code: 'IMAGE_NOT_FOUND', why: 'manifest unknown' })
    expect(error.message).toContain('keycloak:26.6.99')
  })

  it('runs when its container does, found by its project', async () => {
    const calls = await docker(ONE_CONTAINER)
    expect(await composeRuntime.isRunning(STATE)).toBe(true)
    expect((await calls())[0]).toContain('label=com.docker.compose.project=mcp-keycloak-two ')
    await docker()
    expect(await composeRuntime.isRunning(STATE)).toBe(false)
    await docker('  ps*) exit 1;;')
    expect(await composeRuntime.isRunning(STATE)).toBe(false)
  })

  it('is stopped with its data kept, and purged with its data gone', async () => {
    const calls = await docker(ONE_CONTAINER)
    await composeRuntime.stop(STATE)
    await composeRuntime.purge(STATE)
    const downs = (await calls()).filter((call) => call.includes(' down '))
    expect(downs.map((call) => call.includes('--volumes'))).toEqual([false, true])
  })

  it('is not stopped when there is no container', async () => {
    const calls = await docker()
    await composeRuntime.stop(STATE)
    expect((await calls()).filter((call) => call.includes(' down '))).toEqual([])
  })

  it("quotes the container's log, of both outputs", async () => {
    await docker(`${ONE_CONTAINER}\n  "logs --tail 5 c0ffee") echo one; echo two >&2;;`)
    expect(await composeRuntime.lastLog(STATE, 5)).toEqual(['one', 'two'])
    await docker()
    expect(await composeRuntime.lastLog(STATE, 5)).toEqual([])
  })

  it('keeps the log of the container that it removes, to the last word, and quotes that', async () => {
    const state = { ...STATE, folder: await tempFolder() }
    const calls = await docker(`${ONE_CONTAINER}\n  "logs c0ffee") echo one; echo two >&2;;`)
    await composeRuntime.stop(state)
    const done = (await calls()).map((call) =>
      call.replace(/ \[.*/, '').replace(/^docker compose .* down/, 'down'),
    )
    expect(done.slice(1)).toEqual(['docker stop c0ffee', 'docker logs c0ffee', 'down --remove-orphans'])
    await docker()
    expect((await composeRuntime.lastLog(state, 5)).toSorted()).toEqual(['one', 'two'])
    expect(await linesOf(composeRuntime.log(state, { follow: false, signal: undefined }))).toHaveLength(2)
  })

  it('stops a container whose log cannot be kept', async () => {
    const calls = await docker(`${ONE_CONTAINER}\n  "logs c0ffee") echo one;;`)
    await composeRuntime.stop({ ...STATE, folder: '/no/such/folder' })
    expect((await calls()).at(-1)).toContain(' down ')
  })

  it('follows a log over a restart, and into the container that takes the place of the one before', async () => {
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
    for await (const line of composeRuntime.log(STATE, { follow: true, signal: interrupt.signal })) {
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
