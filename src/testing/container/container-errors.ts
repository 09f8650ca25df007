import type { ContainerRuntimeClient, ImageName } from 'testcontainers'

import { McpKeycloakError } from '../../errors.ts'
import { portInUse } from '../../runtime/probe-port.ts'
import type { ContainerPlan } from './container-plan.ts'

/**
 * Refuses an image without Keycloak before the wait for its health.
 *
 * @throws {McpKeycloakError} `IMAGE_NOT_KEYCLOAK`
 */
export async function assertKeycloakImage(client: ContainerRuntimeClient, image: ImageName): Promise<void> {
  const { Config: config } = await client.image.inspect(image)
  const entrypoint = [config.Entrypoint ?? []].flat().join(' ')
  // An image based on Keycloak's may have another entry point, but it has this variable.
  if (entrypoint.includes('kc.sh') || config.Env?.includes('KC_RUN_IN_CONTAINER=true')) return
  throw new McpKeycloakError('IMAGE_NOT_KEYCLOAK', {
    what: `The image ${image.string} is not Keycloak.`,
    why: `It does not start kc.sh: its entry point is ${entrypoint ? `"${entrypoint}"` : 'none'}.`,
    fix: 'Take quay.io/keycloak/keycloak, or an image that is made FROM it; or leave the image out.',
  })
}

/**
 * Translates the error of a start if its cause is known.
 *
 * @param plan `undefined` when no container exists yet
 */
export async function notStarted(
  cause: unknown,
  image: string,
  plan: Pick<ContainerPlan, 'port' | 'managementPort'> | undefined,
): Promise<unknown> {
  if (cause instanceof McpKeycloakError) return cause
  if (!plan) return notCreated(image, cause)
  const { message } = cause as Error
  if (!/port is already allocated|address already in use/.test(message)) return cause
  const taken = message.includes(`:${plan.managementPort}`) ? plan.managementPort : plan.port
  return portInUse(
    taken,
    'Stop what listens there. Without withReuse() each start takes a port that is free.',
  )
}

/** The error for a missing engine or a missing image. */
function notCreated(image: string, cause: unknown): McpKeycloakError {
  const reason = (cause as Error).message
  if (reason.includes('container runtime')) {
    return new McpKeycloakError('DOCKER_NOT_RUNNING', {
      what: 'No Docker engine answers.',
      why: reason,
      fix: 'Start Docker; or take startKeycloak() of mcp-keycloak/testing, which runs on a local JDK, too.',
      cause,
    })
  }
  return new McpKeycloakError('IMAGE_NOT_FOUND', {
    what: `The image ${image} could not be pulled.`,
    why: reason,
    fix: 'Check its name, its tag and the network.',
    cause,
  })
}

/** The error for `withCommand()`: the command belongs to this class. Its methods set the options. */
export function commandIsOurs(): McpKeycloakError {
  return new McpKeycloakError('USAGE_INVALID', {
    what: 'withCommand() does not go together with KeycloakContainer.',
    why: 'It would replace the arguments with which Keycloak is started for MCP.',
    fix: 'Features: withFeatures("…"). Anything else: withEnvironment({ KC_LOG_LEVEL: "debug" }).',
  })
}
