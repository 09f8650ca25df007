import { McpKeycloakError } from '../errors.ts'
import { run } from './exec.ts'

/** A Docker client that hangs on a dead engine must not hang us. */
const PROBE_TIMEOUT_MS = 10_000

/** What this machine has of Docker. */
export interface DockerProbe {
  readonly client: boolean
  /** The engine's version; `undefined` when none answers. */
  readonly engine: string | undefined
  /** The command before the Compose arguments, e.g. `['docker', 'compose']`; `undefined` when there is none. */
  readonly compose: readonly string[] | undefined
  /** Version of that Compose, e.g. `2.36.2`. */
  readonly composeVersion?: string
}

/** Looks for a Docker engine and for Compose, v2 first. */
export async function probeDocker(): Promise<DockerProbe> {
  const [engine, v2, v1] = await Promise.all([
    run('docker', ['version', '--format', '{{.Server.Version}}'], { timeoutMs: PROBE_TIMEOUT_MS }),
    run('docker', ['compose', 'version', '--short'], { timeoutMs: PROBE_TIMEOUT_MS }),
    run('docker-compose', ['version', '--short'], { timeoutMs: PROBE_TIMEOUT_MS }),
  ])
  const compose =
    v2.exitCode === 0 ? ['docker', 'compose'] : v1.exitCode === 0 ? ['docker-compose'] : undefined
  const composeVersion = (v2.exitCode === 0 ? v2 : v1).stdout.trim()
  return {
    client: !engine.missing,
    engine: engine.exitCode === 0 && engine.stdout ? engine.stdout.trim() : undefined,
    compose,
    ...(compose && { composeVersion }),
  }
}

/**
 * The Compose command, once everything that it needs is there.
 *
 * @throws {McpKeycloakError} `DOCKER_MISSING`, `DOCKER_NOT_RUNNING`, `COMPOSE_MISSING`
 */
export function requireCompose(probe: DockerProbe): readonly string[] {
  if (!probe.client) {
    throw new McpKeycloakError('DOCKER_MISSING', {
      what: 'Docker is not installed.',
      why: 'There is no program "docker" on the PATH.',
      fix: 'Install Docker (https://docs.docker.com/get-docker/), or use a local JDK: mcp-keycloak up --runtime java',
    })
  }
  if (!probe.engine) {
    throw new McpKeycloakError('DOCKER_NOT_RUNNING', {
      what: 'The Docker engine does not answer.',
      why: '"docker version" got no answer from a server.',
      fix: 'Start Docker Desktop or "systemctl start docker", or use a local JDK: mcp-keycloak up --runtime java',
    })
  }
  if (!probe.compose) {
    throw new McpKeycloakError('COMPOSE_MISSING', {
      what: 'Docker Compose is not installed.',
      why: 'Neither "docker compose version" nor "docker-compose version" answers.',
      fix: 'Install the plugin: "apt-get install docker-compose-plugin" (or https://docs.docker.com/compose/install/), or use a local JDK: mcp-keycloak up --runtime java',
    })
  }
  return probe.compose
}
