import { describe, expect, it } from 'vitest'

import { probeDocker, requireCompose } from '../../../../src/runtime/compose/probe-docker.ts'
import { onlyPrograms } from '../../support/fake-programs.ts'
import { refusal } from '../../support/refusal.ts'

/** A docker program: with or without an engine, with or without the Compose plugin. */
const docker = (engine: boolean, compose: boolean) => `
case "$1" in
  version) ${engine ? 'echo 29.0.1' : 'echo; echo "Cannot connect to the Docker daemon" >&2; exit 1'};;
  compose) ${compose ? 'echo 2.40.0' : 'echo "docker: \'compose\' is not a docker command." >&2; exit 1'};;
esac`
const COMPOSE_V1 = 'echo 1.29.2'

/** Podman 4.3.1 in Debian's `podman-docker`: its words, banner included. */
const PODMAN = `
echo "Emulate Docker CLI using podman. Create /etc/containers/nodocker to quiet msg." >&2
case "$*" in
  --version) echo "podman version 4.3.1";;
  version*) echo 4.3.1;;
  compose*) echo "Error: unknown flag: --short" >&2; echo "See 'podman --help'" >&2; exit 125;;
  *) echo "Error: unrecognized command" >&2; exit 125;;
esac`
/** Podman 5 with podman-compose behind \`podman compose\`, and no machine. */
const PODMAN_STOPPED = `
case "$*" in
  --version) echo "podman version 5.7.1";;
  *) echo ">>>> Executing external compose provider \\"/usr/bin/podman-compose\\". Please see podman-compose(1) for how to disable this message. <<<<" >&2
    echo "Cannot connect to Podman. Is the podman socket running?" >&2; exit 125;;
esac`

/** A docker program with an engine at its context's address. */
const contextAt = (name: string, endpoint: string) => `
case "$1" in
  version|compose) echo 29.0.1;;
  context) echo "${name} ${endpoint}";;
esac`

const failureOf = async (environment: Record<string, string> = {}) => {
  const probe = await probeDocker(environment)
  return refusal(() => requireCompose(probe))
}

describe('an engine that is of no use', () => {
  it.each([
    ['DOCKER_HOST', 'tcp://127.0.0.1:1'],
    ['DOCKER_CONTEXT', 'nope'],
    ['DOCKER_CONFIG', '/nowhere'],
  ])("is reported with Docker's words and the variable: %s", async (name, value) => {
    await onlyPrograms({ docker: docker(false, true) })
    const error = await failureOf({ [name]: value, DOCKER_CONFIG: value })
    expect(error.code).toBe('DOCKER_NOT_RUNNING')
    expect(error).toMatchSnapshot()
  })

  it('is reported with the context that the user has chosen', async () => {
    await onlyPrograms({
      docker: `case "$1" in context) echo "lab unix:///run/lab.sock";; *) echo "no such file" >&2; exit 1;; esac`,
    })
    expect(await failureOf()).toMatchObject({
      why: expect.stringMatching(/"lab".+no such file$/),
      fix: expect.stringContaining('docker context use default'),
    })
  })

  it('may lack Compose because of DOCKER_CONFIG: that is the fix', async () => {
    await onlyPrograms({ docker: docker(true, false) })
    expect(await failureOf({ DOCKER_CONFIG: '/nowhere' })).toMatchObject({
      code: 'COMPOSE_MISSING',
      why: expect.stringContaining('DOCKER_CONFIG=/nowhere'),
      fix: expect.stringContaining('DOCKER_CONFIG'),
    })
  })

  it('may be closed to this user: the fix is the group', async () => {
    const words =
      'permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock'
    await onlyPrograms({ docker: `echo "${words}" >&2; exit 1` })
    expect((await failureOf()).fix).toContain('usermod -aG docker')
  })

  it.each([
    ['prod', 'ssh://root@prod.example'],
    ['dind', 'tcp://docker:2375'],
    ['lan', 'tcp://192.168.1.20:2376'],
  ])('is on another machine: %s', async (context, endpoint) => {
    await onlyPrograms({ docker: contextAt(context, endpoint) })
    expect(await failureOf()).toMatchObject({
      code: 'DOCKER_ELSEWHERE',
      exitCode: 3,
      why: expect.stringMatching(`"${context}".+ ${endpoint}`),
    })
  })

  it.each([
    'unix:///run/user/1000/docker.sock',
    'npipe:////./pipe/docker_engine',
    'tcp://localhost:2375',
    'tcp://127.0.0.1:2375',
  ])('is not what is at %s: that is this machine', async (endpoint) => {
    await onlyPrograms({ docker: contextAt('mine', endpoint) })
    expect((await probeDocker({})).elsewhere).toBeUndefined()
  })
})

describe('podman as "docker"', () => {
  it('is named when it has no Compose, without its banner', async () => {
    await onlyPrograms({ docker: PODMAN })
    const error = await failureOf()
    expect(error.code).toBe('COMPOSE_MISSING')
    expect(error).toMatchInlineSnapshot(`
      ✘ Docker Compose is not installed.  [COMPOSE_MISSING]
        Why  Neither "docker compose version" nor "docker-compose version" answers. The program "docker" is podman 4.3.1. Docker says: Error: unknown flag: --short
        Fix  Install the plugin: "apt-get install docker-compose-plugin" (or https://docs.docker.com/compose/install/), or use a local JDK: mcp-keycloak up --runtime java
    `)
  })

  it('is named when it does not answer, with how it is started', async () => {
    await onlyPrograms({ docker: PODMAN_STOPPED })
    expect(await failureOf()).toMatchObject({
      code: 'DOCKER_NOT_RUNNING',
      why: expect.stringMatching(
        / podman 5\.7\.1\. .+Cannot connect to Podman\. Is the podman socket running\?$/,
      ),
      fix: expect.stringContaining('podman.socket'),
    })
  })
})

describe('Docker', () => {
  it.each<[string, Record<string, string>, string]>([
    ['not at all', {}, 'DOCKER_MISSING'],
    ['as a client alone', { docker: docker(false, true) }, 'DOCKER_NOT_RUNNING'],
    ['without Compose', { docker: docker(true, false) }, 'COMPOSE_MISSING'],
    ['as the old Compose alone', { 'docker-compose': COMPOSE_V1 }, 'DOCKER_MISSING'],
  ])('is refused when it is there %s', async (_case, programs, code) => {
    await onlyPrograms(programs)
    const probe = await probeDocker()
    const error = await refusal(() => requireCompose(probe))
    expect(error).toMatchObject({ code, exitCode: 3, fix: expect.stringContaining('--runtime java') })
  })

  it('is taken with the Compose plugin, also when the old program is there too', async () => {
    await onlyPrograms({ docker: docker(true, true), 'docker-compose': COMPOSE_V1 })
    const probe = await probeDocker()
    expect(probe).toEqual({
      client: true,
      engine: '29.0.1',
      compose: ['docker', 'compose'],
      composeVersion: '2.40.0',
    })
    expect(requireCompose(probe)).toEqual(['docker', 'compose'])
  })

  it('is taken with the old program docker-compose when there is no plugin', async () => {
    await onlyPrograms({ docker: docker(true, false), 'docker-compose': COMPOSE_V1 })
    const probe = await probeDocker()
    expect(requireCompose(probe)).toEqual(['docker-compose'])
    expect(probe.composeVersion).toBe('1.29.2')
  })
})
