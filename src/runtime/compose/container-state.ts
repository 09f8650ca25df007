import { parseJson } from '../../config/files/parse-json.ts'
import { LOOPBACK } from '../../config/server.ts'
import { McpKeycloakError } from '../../errors.ts'
import { someoneListens } from '../probe-port.ts'
import type { InstanceState } from '../state/state.ts'
import { dockerLines } from './docker.ts'
import { engineElsewhere } from './probe-docker.ts'

/** Docker's record of a container. @see {@link https://docs.docker.com/reference/api/engine/#tag/Container/operation/ContainerInspect Docker: inspect a container} */
interface Inspected {
  readonly State: {
    readonly Running: boolean
    readonly OOMKilled: boolean
    readonly ExitCode: number
    readonly Error?: string
    readonly Health?: { readonly Status: string }
  }
  readonly HostConfig: { readonly Memory: number }
}

/** Exit code after SIGKILL: 128 + 9. */
const KILLED = 137

/**
 * Tells whether a container with a starting server still runs.
 *
 * @throws {McpKeycloakError} `KEYCLOAK_EXITED` when the container was killed; `DOCKER_ELSEWHERE` when it is healthy and its
 * ports are not open on this machine
 */
export async function assertStarting(
  id: string,
  { port, managementPort }: Pick<InstanceState, 'port' | 'managementPort'>,
): Promise<boolean> {
  const [text = ''] = await dockerLines('inspect a container', [
    'inspect',
    '--type',
    'container',
    '--format',
    '{{json .}}',
    id,
  ])
  const { State: state, HostConfig: host } = parseJson(text) as Inspected
  if (!state.Running) {
    if (state.OOMKilled || state.ExitCode === KILLED) throw killed(state, host.Memory)
    return false
  }
  if (state.Health?.Status !== 'healthy') return true
  const open = await Promise.all([port, managementPort].map((each) => someoneListens(LOOPBACK, each)))
  if (open.includes(true)) return true
  throw engineElsewhere(`Keycloak is healthy in its container, but nothing listens on ${LOOPBACK}:${port}.`)
}

function killed({ OOMKilled }: Inspected['State'], limitBytes: number): McpKeycloakError {
  const limit = limitBytes > 0 ? ` Its limit is ${Math.round(limitBytes / 1024 / 1024)} MB.` : ''
  return new McpKeycloakError('KEYCLOAK_EXITED', {
    what: OOMKilled ? 'Keycloak was killed: out of memory.' : 'Keycloak was killed while it was starting.',
    why: OOMKilled
      ? `The container used more memory than its limit allows.${limit}`
      : `The container ended with ${KILLED}, which is SIGKILL: "docker kill", or too little memory.${limit}`,
    fix: 'Give Docker at least 1 GB of memory (Docker Desktop: Settings, Resources), then run it again.',
  })
}
