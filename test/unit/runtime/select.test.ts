import { afterEach, describe, expect, it, vi } from 'vitest'

import { type Config, configSchema } from '../../../src/config/schema.ts'
import { type Jdk, probeJava } from '../../../src/runtime/java/probe-java.ts'
import { selectRuntime } from '../../../src/runtime/select.ts'
import type { InstanceState } from '../../../src/runtime/state/state.ts'
import { onlyPrograms } from '../support/fake-programs.ts'
import { refusal } from '../support/refusal.ts'

vi.mock('../../../src/runtime/java/probe-java.ts', async (original) => ({
  ...(await original<typeof import('../../../src/runtime/java/probe-java.ts')>()),
  probeJava: vi.fn(),
}))

const JDK: Jdk = { home: '/jdk', major: 21, version: '21.0.4' }
const ENGINE = { docker: 'test "$1" = version && echo 29.0.1; exit 0' }
const CLIENT_ALONE = { docker: 'exit 1' }

interface Machine {
  readonly programs?: Readonly<Record<string, string>>
  readonly jdks?: readonly Jdk[]
}

async function select(
  { programs = {}, jdks = [] }: Machine,
  config: Partial<Config>,
  before?: 'java' | 'compose',
) {
  await onlyPrograms(programs)
  vi.mocked(probeJava).mockResolvedValue(jdks)
  const state = before && ({ instance: 'default', runtime: before } as InstanceState)
  const { runtime, reason } = await selectRuntime(
    { ...configSchema.parse({}), ...config },
    { runtime: state?.runtime },
    '/cache',
  )
  return [runtime.name, reason]
}

afterEach(() => void vi.mocked(probeJava).mockReset())

describe('a runtime is chosen', () => {
  it('Compose, when an engine answers', async () => {
    expect(await select({ programs: ENGINE, jdks: [JDK] }, {})).toEqual([
      'compose',
      'a Docker engine answers (29.0.1)',
    ])
  })

  it.each([
    ['is not there', {}, 'Docker is not installed'],
    ['does not run', CLIENT_ALONE, 'no Docker engine answers'],
    ['has no Compose', { docker: 'test "$1" = version && echo 29' }, 'Docker Compose is not installed'],
  ])('a JDK, when Docker %s', async (_case, programs, lack) => {
    expect(await select({ programs, jdks: [JDK] }, {})).toEqual(['java', `${lack}; Java 21.0.4 in /jdk`])
  })

  it('none, when there is neither, and both ways out are said', async () => {
    const error = await refusal(() => select({ programs: CLIENT_ALONE }, {}))
    expect(error).toMatchObject({ code: 'NO_RUNTIME', exitCode: 3 })
    expect(error.why).toBe(
      'No Docker engine answers, and no Java 17 or later was found.\nDocker says: It ended with 1 and said nothing.',
    )
    expect(error.fix).toMatch(/Docker with Compose[\s\S]*JDK[\s\S]*--keycloak-url/)
  })
})

describe('a runtime that is asked for', () => {
  it('is taken though another one would do', async () => {
    const machine = { programs: ENGINE, jdks: [JDK] }
    expect(await select(machine, { runtime: 'java' })).toEqual([
      'java',
      'it was given by --runtime java; Java 21.0.4 in /jdk',
    ])
    expect(await select(machine, { runtime: 'compose' })).toEqual([
      'compose',
      'it was given by --runtime compose',
    ])
  })

  it('is missed when it is not there, though another one would do', async () => {
    expect((await refusal(() => select({ programs: ENGINE }, { runtime: 'java' }))).code).toBe('JAVA_MISSING')
    expect((await refusal(() => select({ jdks: [JDK] }, { runtime: 'compose' }))).code).toBe('DOCKER_MISSING')
  })
})

describe('an instance that was there before', () => {
  it('stays where its data are', async () => {
    const machine = { programs: ENGINE, jdks: [JDK] }
    const [name, reason] = await select(machine, {}, 'java')
    expect([name, reason]).toEqual(['java', "this instance's data are there; Java 21.0.4 in /jdk"])
    expect((await select(machine, {}, 'compose'))[1]).toBe("this instance's data are there")
  })

  it('does not move without being told that its data do not', async () => {
    const error = await refusal(() =>
      select({ programs: ENGINE, jdks: [JDK] }, { runtime: 'compose' }, 'java'),
    )
    expect(error.code).toBe('USAGE_INVALID')
    expect(error.message).toBe('Instance "default" lives in the java runtime.')
  })

  it('says what is missing when its runtime is gone', async () => {
    expect((await refusal(() => select({ jdks: [JDK] }, {}, 'compose'))).code).toBe('DOCKER_MISSING')
    expect((await refusal(() => select({ programs: ENGINE }, {}, 'java'))).code).toBe('JAVA_MISSING')
  })
})
