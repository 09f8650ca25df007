import type { Config } from '../config/schema.ts'
import type { DockerProbe } from './compose/probe-docker.ts'
import type { Jdk } from './java/probe-java.ts'
import type { RuntimeName } from './runtime.ts'
import type { InstanceState } from './state/state.ts'

/** The facts that decide how Keycloak runs. */
interface Machine {
  readonly config: Config
  readonly state: Pick<InstanceState, 'runtime'> | undefined
  readonly docker: DockerProbe
  readonly jdks: readonly Jdk[]
}

/** Finds the runtime that this machine must provide; `undefined` when any would do and the machine has none. */
export function neededRuntime({ config, state, docker, jdks }: Machine): RuntimeName | undefined {
  if (config.keycloakUrl !== undefined) return 'external'
  const wanted = wantedRuntime(config, state?.runtime)
  if (wanted || isComposeReady(docker)) return wanted ?? 'compose'
  if (jdks.length > 0) return 'java'
  return docker.engine ? 'compose' : undefined
}

/** Finds the runtime of the instance's data, else the configured one; `undefined` when neither is known. */
export function wantedRuntime(
  { runtime }: Pick<Config, 'runtime'>,
  known: InstanceState['runtime'] | undefined,
): InstanceState['runtime'] | undefined {
  return known ?? (runtime === 'auto' ? undefined : runtime)
}

/** Tells whether a Docker engine on this machine answers and has Compose. */
export function isComposeReady({ engine, compose, elsewhere }: DockerProbe): boolean {
  return Boolean(engine && compose && elsewhere === undefined)
}
