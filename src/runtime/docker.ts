import { McpKeycloakError } from '../errors.ts'
import { type RunOptions, type RunResult, run } from './exec.ts'
import { dockerWords, probeDocker, requireEngine } from './probe-docker.ts'

/**
 * The output of a Docker command, by lines.
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

/** The error for a Docker command that failed: without an engine that is the reason, whatever the command said. */
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
    fix: 'Fix what Docker reports, or use a local JDK: mcp-keycloak up --runtime java',
  })
}
