import { describe, expect, it } from 'vitest'

import { probeDocker, requireCompose } from '../../../src/runtime/probe-docker.ts'
import { onlyPrograms } from '../support/fake-programs.ts'
import { refusal } from '../support/refusal.ts'

/** A docker program: with or without an engine, with or without the Compose plugin. */
const docker = (engine: boolean, compose: boolean) => `
case "$1" in
  version) ${engine ? 'echo 29.0.1' : 'echo; echo "Cannot connect to the Docker daemon" >&2; exit 1'};;
  compose) ${compose ? 'echo 2.40.0' : 'echo "docker: \'compose\' is not a docker command." >&2; exit 1'};;
esac`
const COMPOSE_V1 = 'echo 1.29.2'

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
