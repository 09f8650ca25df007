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
  running = false,
) {
  await onlyPrograms(programs)
  vi.mocked(probeJava).mockResolvedValue(jdks)
  const state = before && ({ instance: 'default', runtime: before } as InstanceState)
  const { runtime, reason } = await selectRuntime(
    { ...configSchema.parse({}), ...config },
    { runtime: state?.runtime, running },
    '/cache',
  )
  return [runtime.name, reason]
}

afterEach(() => void vi.mocked(probeJava).mockReset())

describe('a runtime is chosen', () => {
  it('Compose, when an engine answers', async () => {
    expect(await select({ programs: ENGINE, jdks: [JDK] }, {})).toEqual([
      'compose',
      expect.stringContaining('29.0.1'),
    ])
  })

  it.each([
    ['is not there', {}],
    ['does not run', CLIENT_ALONE],
    ['has no Compose', { docker: 'test "$1" = version && echo 29' }],
  ])('a JDK, when Docker %s', async (_case, programs) => {
    const [name, reason] = await select({ programs, jdks: [JDK] }, {})
    expect(name).toBe('java')
    expect(reason).toMatchSnapshot()
  })

  it('none, when there is neither, and both ways out are said', async () => {
    const error = await refusal(() => select({ programs: CLIENT_ALONE }, {}))
    expect(error).toMatchObject({ code: 'NO_RUNTIME', exitCode: 3 })
    expect(error).toMatchInlineSnapshot(`
      ✘ This machine has nothing that Keycloak could run on.  [NO_RUNTIME]
        Why  No Docker engine answers, and no Java 17 or later was found.
             Docker says: It ended with 1 and said nothing.
        Fix  Either of the two is enough:
               Docker with Compose: https://docs.docker.com/get-docker/
               a JDK, 21 or 25: https://adoptium.net (or set JAVA_HOME)
             Or name an external Keycloak: --keycloak-url <url>, or the variable MCP_KEYCLOAK_KEYCLOAK_URL
    `)
    expect(error.fix).toMatch(/Docker with Compose[\s\S]*JDK[\s\S]*--keycloak-url/)
  })
})

describe('a runtime that is asked for', () => {
  it('is taken though another one would do', async () => {
    const machine = { programs: ENGINE, jdks: [JDK] }
    expect(await select(machine, { runtime: 'java' })).toEqual([
      'java',
      expect.stringMatching(/"runtime".*\/jdk$/),
    ])
    expect(await select(machine, { runtime: 'compose' })).toEqual([
      'compose',
      expect.stringContaining('"runtime"'),
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
    expect(name).toBe('java')
    expect(reason).toMatchInlineSnapshot(`"this instance's data are there; Java 21.0.4 in /jdk"`)
    expect(await select(machine, {}, 'compose')).toEqual(['compose', expect.any(String)])
  })

  it('names no JDK for a server that runs already, and requires none', async () => {
    const [name, reason] = await select({}, {}, 'java', true)
    expect(name).toBe('java')
    expect(reason).not.toContain('Java')
  })

  it('an instance changes its runtime only when the user accepts the loss of its data', async () => {
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
