import type { RuntimeName } from '../../../runtime/runtime.ts'
import type { Machine } from '../../subjects.ts'

/** What this machine must be able to run: the instance's own runtime, the one asked for, or the one that is there, but for Compose maybe. */
export function neededRuntime({ config, state, docker, jdks }: Machine): RuntimeName | undefined {
  if (config.keycloakUrl !== undefined) return 'external'
  if (state) return state.runtime
  if (config.runtime !== 'auto') return config.runtime
  if (docker.engine && docker.compose && docker.elsewhere === undefined) return 'compose'
  if (jdks.length > 0) return 'java'
  return docker.engine ? 'compose' : undefined
}
