import { command } from '../../config/command.ts'
import { McpKeycloakError } from '../../errors.ts'
import { type RunOptions, type RunResult, run } from '../exec.ts'
import { dockerWords, probeDocker, requireEngine } from './probe-docker.ts'

/**
 * Runs a Docker command and returns the lines of its output.
 *
 * @param purpose completes "Docker could not …"
 * @throws {McpKeycloakError} `DOCKER_MISSING`, `DOCKER_NOT_RUNNING`, `COMPOSE_FAILED`
 */
export async function dockerLines(
  purpose: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<readonly string[]> {
  const result = await run('docker', args, options)
  if (result.exitCode !== 0) throw await dockerFailed(purpose, result)
  return result.stdout.split('\n').filter(Boolean)
}

/** Reads the id of the responding engine; `undefined` for podman, which has none. */
export async function engineId(): Promise<string | undefined> {
  const { exitCode, stdout } = await run('docker', ['info', '--format', '{{.ID}}'])
  return exitCode === 0 ? stdout.trim() || undefined : undefined
}

/**
 * Throws when another engine has the instance, so that it does not count as stopped or new.
 *
 * @throws {McpKeycloakError} `DOCKER_ELSEWHERE`
 */
export async function assertSameEngine({
  instance,
  engine,
}: {
  readonly instance: string
  readonly engine?: string | undefined
}): Promise<void> {
  if (engine === undefined) return
  const here = await engineId()
  if (here === undefined || here === engine) return
  const { chosenBy } = await probeDocker()
  throw new McpKeycloakError('DOCKER_ELSEWHERE', {
    what: `Instance "${instance}" is in another Docker engine.`,
    why: `Its data is in the engine ${engine}; the client now uses ${here}${chosenBy === undefined ? '' : `, by ${chosenBy}`}.`,
    fix: `Switch back to that engine (DOCKER_HOST, DOCKER_CONTEXT, docker context use), or take another name: --instance <name>. If that engine no longer exists: ${command('down', { instance, purge: true })}`,
  })
}

/** The error for a failed Docker command. A missing engine is reported as the reason, not the command's output. */
async function dockerFailed(purpose: string, result: RunResult): Promise<McpKeycloakError> {
  try {
    requireEngine(await probeDocker())
  } catch (error) {
    if (error instanceof McpKeycloakError) return error
    throw error
  }
  return new McpKeycloakError('COMPOSE_FAILED', {
    what: `Docker could not ${purpose}.`,
    why: dockerWords(result),
    fix: `Fix what Docker reports, or use a local JDK: ${command('up', { runtime: 'java' })}`,
  })
}
