import { command } from '../../config/command.ts'
import { LOOPBACK_NAMES } from '../../config/loopback.ts'
import { McpKeycloakError } from '../../errors.ts'
import { type RunResult, run } from '../exec.ts'

/** A Docker client that hangs on a dead engine must not hang us. */
const PROBE_TIMEOUT_MS = 10_000

/** Variables that select the client's engine, the strongest first. */
const ENGINE_VARIABLES = [
  'DOCKER_HOST',
  'DOCKER_CONTEXT',
  'DOCKER_TLS_VERIFY',
  'DOCKER_API_VERSION',
  'DOCKER_CONFIG',
]

/** Engines of this machine: a socket, a pipe, or a port of the loopback interface. */
const LOCAL_ENDPOINT = new RegExp(`^(unix|npipe|fd):|^tcp://${LOOPBACK_NAMES}(:|/|$)`)

/** Lines that podman, its compose and the client print around the answer. */
const BANNER =
  /^Emulate Docker CLI using podman|^>>>> Executing external compose provider|^WARNING: Error (loading|parsing) config file|^$|^Usage:|^(Run|See) '/

/** Docker on this machine. */
export interface DockerProbe {
  readonly client: boolean
  /** The engine's version; `undefined` when none answers. */
  readonly engine: string | undefined
  /** The command before the Compose arguments, e.g. `['docker', 'compose']`; `undefined` when there is none. */
  readonly compose: readonly string[] | undefined
  /** Version of that Compose, e.g. `2.36.2`. */
  readonly composeVersion?: string
  /** The client's output when no engine or no Compose answers. */
  readonly words?: string
  /** The source of the engine's address: a variable with its value, or a context; `undefined` for the default. */
  readonly chosenBy?: string
  /** The engine's address when it is on another machine. */
  readonly elsewhere?: string
  /** Version of podman when the program "docker" is podman. */
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
  const [, name = '', host = ''] = /^(\S+) ([^\s:]+:\S+)$/.exec(context.stdout.trim()) ?? []
  const endpoint = host || environment.DOCKER_HOST || ''
  const chosenBy = engineChosenBy(environment, name)
  const [, podman] = /^podman version (\S+)/.exec(client.stdout) ?? [] // its banner may be switched off
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

/** The last meaningful line of a failed Docker command. */
export function dockerWords({ exitCode, stdout, stderr, timedOut }: RunResult): string {
  if (timedOut) return 'nothing, it did not answer in time.'
  const lines = [stderr, stdout].map((text) => text.split('\n').map((line) => line.trim()))
  const words = lines.map((all) => all.filter((line) => !BANNER.test(line)).at(-1)).find(Boolean)
  return words ?? `It ended with ${exitCode} and said nothing.`
}

/**
 * Throws without a Docker engine on this machine.
 *
 * @throws {McpKeycloakError} `DOCKER_MISSING`, `DOCKER_NOT_RUNNING`, `DOCKER_ELSEWHERE`
 */
export function requireEngine(probe: DockerProbe): void {
  if (!probe.client) {
    throw new McpKeycloakError('DOCKER_MISSING', {
      what: 'Docker is not installed.',
      why: 'There is no program "docker" on the PATH.',
      fix: `Install Docker (https://docs.docker.com/get-docker/), ${orJava()}`,
    })
  }
  if (!probe.engine) {
    throw new McpKeycloakError('DOCKER_NOT_RUNNING', {
      what: 'The Docker engine does not answer.',
      why: engineTrouble(probe),
      fix: `${engineFix(probe)}, ${orJava()}`,
    })
  }
  if (probe.elsewhere !== undefined)
    throw engineElsewhere(`${chosen(probe)}The engine is at ${probe.elsewhere}.`)
}

/**
 * Finds the Compose command, and checks that it can work.
 *
 * @throws {McpKeycloakError} `COMPOSE_MISSING`, and the errors of {@link requireEngine}
 */
export function requireCompose(probe: DockerProbe): readonly string[] {
  requireEngine(probe)
  if (!probe.compose) {
    throw new McpKeycloakError('COMPOSE_MISSING', {
      what: 'Docker Compose is not installed.',
      why: `Neither "docker compose version" nor "docker-compose version" answers. ${engineTrouble(probe)}`,
      fix: `${pluginFix(probe)}, ${orJava()}`,
    })
  }
  return probe.compose
}

/** The fix for a missing Compose. DOCKER_CONFIG also selects the folder of plugins. */
function pluginFix({ chosenBy }: DockerProbe): string {
  const install =
    'nstall the plugin: "apt-get install docker-compose-plugin" (or https://docs.docker.com/compose/install/)'
  return chosenBy?.startsWith('DOCKER_CONFIG=')
    ? `Correct DOCKER_CONFIG, or unset it; or i${install}`
    : `I${install}`
}

/** The reason why no engine answers: the client's output, and the source of the engine's address. */
export function engineTrouble(probe: DockerProbe): string {
  return `${chosen(probe)}Docker says: ${probe.words ?? 'nothing'}`
}

/** The fix for an engine that does not answer. */
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

/** The error for an engine whose published ports are unreachable from this machine. */
export function engineElsewhere(why: string): McpKeycloakError {
  return new McpKeycloakError('DOCKER_ELSEWHERE', {
    what: 'The Docker engine is not on this machine.',
    why: `${why} Keycloak's ports would be open there, on 127.0.0.1, and not here.`,
    fix: `Use an engine of this machine (unset DOCKER_HOST; docker context use default), ${orJava()}`,
  })
}

const orJava = () => `or use a local JDK: ${command('up', { runtime: 'java' })}`

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
