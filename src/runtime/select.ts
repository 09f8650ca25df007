import { capitalized } from '../config/capitalized.ts'
import { command } from '../config/command.ts'
import type { Config } from '../config/schema.ts'
import { McpKeycloakError } from '../errors.ts'
import { composeRuntime } from './compose/compose.ts'
import { type DockerProbe, engineTrouble, probeDocker, requireCompose } from './compose/probe-docker.ts'
import { javaRuntime } from './java/java.ts'
import { type Jdk, probeJava, requireJdk } from './java/probe-java.ts'
import { isComposeReady, wantedRuntime } from './needed-runtime.ts'
import type { Runtime } from './runtime.ts'
import type { InstanceState } from './state/state.ts'

/** A runtime, and why it was chosen. */
export interface Selection {
  readonly runtime: Runtime
  /** Completes the sentence "… because". */
  readonly reason: string
}

/** The runtime that an existing instance's data live in. */
export function runtimeOf(state: Pick<InstanceState, 'runtime'>, config: Config, cache: string): Runtime {
  return state.runtime === 'compose'
    ? composeRuntime({ cache })
    : javaRuntime({ cache, keycloakHome: config.keycloakHome })
}

/**
 * Chooses how Keycloak runs: as asked, else as last time, else Compose when a Docker engine answers, else a JDK.
 *
 * @throws {McpKeycloakError} `NO_RUNTIME`; `DOCKER_MISSING`, `DOCKER_NOT_RUNNING`, `COMPOSE_MISSING`, `JAVA_MISSING`
 * when the runtime that was asked for is not there
 */
export async function selectRuntime(
  config: Config,
  known: { readonly runtime: InstanceState['runtime'] | undefined; readonly running: boolean },
  cache: string,
): Promise<Selection> {
  const compose = (reason: string): Selection => ({
    runtime: runtimeOf({ runtime: 'compose' }, config, cache),
    reason,
  })
  const java = (reason: string): Selection => ({
    runtime: runtimeOf({ runtime: 'java' }, config, cache),
    reason,
  })
  if (known.runtime && config.runtime !== 'auto' && config.runtime !== known.runtime)
    throw otherRuntime(config, known.runtime)
  const wanted = wantedRuntime(config, known.runtime)
  if (wanted) {
    const reason =
      config.runtime === 'auto' ? "this instance's data are there" : 'the option "runtime" names it'
    // A running server may have another JDK than that of the next start.
    if (wanted === 'java')
      return java(known.running ? reason : `${reason}; ${jdkName(requireJdk(await probeJava()))}`)
    requireCompose(await probeDocker())
    return compose(reason)
  }
  const docker = await probeDocker()
  if (isComposeReady(docker)) return compose(`a Docker engine answers (${docker.engine})`)
  const [jdk] = await probeJava()
  if (jdk) return java(`${dockerLack(docker)}; ${jdkName(jdk)}`)
  throw new McpKeycloakError('NO_RUNTIME', {
    what: 'This machine has nothing that Keycloak could run on.',
    why: [
      `${capitalized(dockerLack(docker))}, and no Java 17 or later was found.`,
      ...(docker.words === undefined ? [] : [engineTrouble(docker)]),
    ],
    fix: [
      'Either of the two is enough:',
      '  Docker with Compose: https://docs.docker.com/get-docker/',
      '  a JDK, 21 or 25: https://adoptium.net (or set JAVA_HOME)',
      'Or name an external Keycloak: --keycloak-url <url>, or the variable MCP_KEYCLOAK_KEYCLOAK_URL',
    ],
  })
}

function dockerLack(docker: DockerProbe): string {
  if (!docker.client) return 'Docker is not installed'
  const { chosenBy, elsewhere, engine } = docker
  if (elsewhere !== undefined) return `the Docker engine is on another machine (${elsewhere})`
  if (engine) return 'Docker Compose is not installed'
  return `no Docker engine answers${chosenBy === undefined ? '' : ` (${chosenBy})`}`
}

function jdkName(jdk: Jdk): string {
  return `Java ${jdk.version} in ${jdk.home}`
}

function otherRuntime(config: Config, runtime: InstanceState['runtime']): McpKeycloakError {
  return new McpKeycloakError('USAGE_INVALID', {
    what: `Instance "${config.instance}" lives in the ${runtime} runtime.`,
    why: `Its data are there; ${config.runtime} would begin with an empty Keycloak.`,
    fix: `Leave the option "runtime" out (--runtime, MCP_KEYCLOAK_RUNTIME), or run another instance beside it: ${command('up', { instance: '<name>', runtime: config.runtime })}`,
  })
}
