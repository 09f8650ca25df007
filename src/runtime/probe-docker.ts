import { McpKeycloakError } from '../errors.ts'
import { type RunResult, run } from './exec.ts'

/** A Docker client that hangs on a dead engine must not hang us. */
const PROBE_TIMEOUT_MS = 10_000

/** Variables that decide which engine the client asks, the strongest first. */
const ENGINE_VARIABLES = [
  'DOCKER_HOST',
  'DOCKER_CONTEXT',
  'DOCKER_TLS_VERIFY',
  'DOCKER_API_VERSION',
  'DOCKER_CONFIG',
]

/** Engines of this machine: a socket, a pipe, or a port of the loopback interface. */
const LOCAL_ENDPOINT = /^(unix|npipe|fd):|^tcp:\/\/(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:|\/|$)/

/** What podman, its compose and the client print about themselves, around the answer. */
const BANNER =
  /^Emulate Docker CLI using podman|^>>>> Executing external compose provider|^WARNING: Error (loading|parsing) config file|^$|^(Run|See) '/

/** Docker on this machine. */
export interface DockerProbe {
  readonly client: boolean
  /** The engine's version; `undefined` when none answers. */
  readonly engine: string | undefined
  /** The command before the Compose arguments, e.g. `['docker', 'compose']`; `undefined` when there is none. */
  readonly compose: readonly string[] | undefined
  /** Version of that Compose, e.g. `2.36.2`. */
  readonly composeVersion?: string
  /** The client's own words when no engine or no Compose answers. */
  readonly words?: string
  /** What names that engine: a variable with its value, or a context; `undefined` for the default. */
  readonly chosenBy?: string
  /** The engine's address when its ports are open on another machine. */
  readonly elsewhere?: string
  /** Version of the podman that the program "docker" is. */
  readonly podman?: string
}

/** Looks for a Docker engine and for Compose, v2 first. */
export async function probeDocker(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<DockerProbe> {
  const timed = { timeoutMs: PROBE_TIMEOUT_MS }
  const [engine, client, context, v2, v1] = await Promise.all([
    run('docker', ['version', '--format', '{{.Server.Version}}'], timed),
    run('docker', ['--version'], timed),
    run('docker', ['context', 'inspect', '--format', '{{.Name}} {{.Endpoints.docker.Host}}'], timed),
    run('docker', ['compose', 'version', '--short'], timed),
    run('docker-compose', ['version', '--short'], timed),
  ])
  const answers = engine.exitCode === 0 && engine.stdout.trim() !== ''
  const compose =
    v2.exitCode === 0 ? ['docker', 'compose'] : v1.exitCode === 0 ? ['docker-compose'] : undefined
  const composeVersion = (v2.exitCode === 0 ? v2 : v1).stdout.trim()
  const [, name = '', host = ''] = /^(\S+) (\S+:\S+)$/.exec(context.stdout.trim()) ?? []
  const endpoint = host || environment.DOCKER_HOST || ''
  const chosenBy = engineChosenBy(environment, name)
  const [, podman] = /^podman version (\S+)/.exec(client.stdout) ?? [] // its banner can be switched off
  return {
    client: !engine.missing,
    engine: answers ? engine.stdout.trim() : undefined,
    compose,
    ...(compose && { composeVersion }),
    ...(!answers && !engine.missing && { words: dockerWords(engine) }),
    ...(answers && !compose && { words: dockerWords(v2) }),
    ...(chosenBy !== undefined && { chosenBy }),
    ...(endpoint !== '' && !LOCAL_ENDPOINT.test(endpoint) && { elsewhere: endpoint }),
    ...(podman !== undefined && { podman }),
  }
}

/** The last line that says something, of a Docker command that failed. */
export function dockerWords({ exitCode, stdout, stderr, timedOut }: RunResult): string {
  if (timedOut) return 'nothing, it did not answer in time.'
  const lines = [stderr, stdout].map((text) => text.split('\n').map((line) => line.trim()))
  const words = lines.map((all) => all.filter((line) => !BANNER.test(line)).at(-1)).find(Boolean)
  return words ?? `It ended with ${exitCode} and said nothing.`
}

/**
 * Refuses to go on without a Docker engine on this machine.
 *
 * @throws {McpKeycloakError} `DOCKER_MISSING`, `DOCKER_NOT_RUNNING`, `DOCKER_ELSEWHERE`
 */
export function requireEngine(probe: DockerProbe): void {
  if (!probe.client) {
    throw new McpKeycloakError('DOCKER_MISSING', {
      what: 'Docker is not installed.',
      why: 'There is no program "docker" on the PATH.',
      fix: `Install Docker (https://docs.docker.com/get-docker/), ${orJava}`,
    })
  }
  if (!probe.engine) {
    throw new McpKeycloakError('DOCKER_NOT_RUNNING', {
      what: 'The Docker engine does not answer.',
      why: engineTrouble(probe),
      fix: `${engineFix(probe)}, ${orJava}`,
    })
  }
  if (probe.elsewhere !== undefined)
    throw engineElsewhere(`${chosen(probe)}The engine is at ${probe.elsewhere}.`)
}

/**
 * The Compose command, once everything that it needs is there.
 *
 * @throws {McpKeycloakError} `COMPOSE_MISSING`, and what {@link requireEngine} throws
 */
export function requireCompose(probe: DockerProbe): readonly string[] {
  requireEngine(probe)
  if (!probe.compose) {
    throw new McpKeycloakError('COMPOSE_MISSING', {
      what: 'Docker Compose is not installed.',
      why: `Neither "docker compose version" nor "docker-compose version" answers. ${engineTrouble(probe)}`,
      fix: `Install the plugin: "apt-get install docker-compose-plugin" (or https://docs.docker.com/compose/install/), ${orJava}`,
    })
  }
  return probe.compose
}

/** Why no engine answers: the client's words, and what made it ask there. */
export function engineTrouble(probe: DockerProbe): string {
  return `${chosen(probe)}Docker says: ${probe.words ?? 'nothing'}`
}

/** How to get an engine that answers. */
export function engineFix({ chosenBy, words = '', podman }: DockerProbe): string {
  const [variable] = chosenBy?.split('=') ?? []
  if (/permission denied/i.test(words))
    return 'Let your user use Docker (sudo usermod -aG docker "$USER", then log in again)'
  if (chosenBy?.startsWith('the context')) return 'Choose another engine: docker context use default'
  if (variable !== undefined) return `Correct ${variable}, or unset it`
  return podman === undefined
    ? 'Start Docker Desktop or "systemctl start docker"'
    : 'Start podman\'s service: "systemctl --user start podman.socket" or "podman machine start"'
}

/** The error for an engine whose published ports cannot be reached from here. */
export function engineElsewhere(why: string): McpKeycloakError {
  return new McpKeycloakError('DOCKER_ELSEWHERE', {
    what: 'The Docker engine is not on this machine.',
    why: `${why} Keycloak's ports would be open there, on 127.0.0.1, and not here.`,
    fix: `Use an engine of this machine (unset DOCKER_HOST; docker context use default), ${orJava}`,
  })
}

const orJava = 'or use a local JDK: mcp-keycloak up --runtime java'

function chosen({ chosenBy, podman }: DockerProbe): string {
  const isPodman = podman === undefined ? '' : `The program "docker" is podman ${podman}. `
  return chosenBy === undefined ? isPodman : `${isPodman}The client uses ${chosenBy}. `
}

function engineChosenBy(
  environment: Readonly<Record<string, string | undefined>>,
  context: string,
): string | undefined {
  const variable = ENGINE_VARIABLES.find((name) => environment[name])
  if (variable !== undefined) return `${variable}=${environment[variable]}`
  return ['', 'default'].includes(context) ? undefined : `the context "${context}"`
}
