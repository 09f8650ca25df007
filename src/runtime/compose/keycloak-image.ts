import { command } from '../../config/command.ts'
import { IMAGE_REPOSITORY } from '../../config/versions.ts'
import { McpKeycloakError, throwIfInterrupted } from '../../errors.ts'
import { run } from '../exec.ts'
import type { RunContext } from '../runtime.ts'
import { dockerWords, probeDocker, requireCompose } from './probe-docker.ts'

/**
 * Pulls Keycloak's official image unless the engine has it.
 *
 * @throws {McpKeycloakError} `IMAGE_NOT_FOUND`, `DOCKER_NOT_RUNNING`, `COMPOSE_MISSING`, `INTERRUPTED`
 */
export async function pullImage(version: string, context: RunContext): Promise<void> {
  requireCompose(await probeDocker())
  const image = imageName(version)
  if ((await run('docker', ['image', 'inspect', image])).exitCode === 0) return
  context.onStep(`Pulling ${image}`)
  const result = await run('docker', ['pull', image], {
    signal: context.signal,
    onLine: (line) => context.onStep(`Pulling ${image}: ${line}`),
  })
  throwIfInterrupted(context.signal)
  if (result.exitCode === 0) return
  throw new McpKeycloakError('IMAGE_NOT_FOUND', {
    what: `The image ${image} could not be pulled.`,
    why: dockerWords(result),
    fix: `Check --keycloak-version and the network, or use a local JDK: ${command('up', { runtime: 'java' })}`,
  })
}

/** Name and tag of Keycloak's official image. */
export function imageName(version: string): string {
  return `${IMAGE_REPOSITORY}:${version}`
}
