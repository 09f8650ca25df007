import type { RuntimeName } from '../../runtime/runtime.ts'
import type { Machine } from '../subjects.ts'

/** What this machine must be able to run: the instance's own runtime, the one asked for, or the only one that is there. */
export function neededRuntime({ config, state, docker, jdks }: Machine): RuntimeName | undefined {
  if (config.keycloakUrl !== undefined) return 'external'
  if (state) return state.runtime
  if (config.runtime !== 'auto') return config.runtime
  if (docker.engine && docker.compose) return 'compose'
  return jdks.length > 0 ? 'java' : undefined
}
