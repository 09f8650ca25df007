import { dirname } from 'node:path'

import { assetPath } from '../../assets.ts'
import { projectName } from '../../config/docker-names.ts'
import { type ServerSettings, serverVariables, startArguments } from '../../config/server.ts'
import { throwIfInterrupted } from '../../errors.ts'
import { type RunOptions, type RunResult, run } from '../exec.ts'
import { imageName } from './keycloak-image.ts'
import { probeDocker, requireCompose } from './probe-docker.ts'

const COMPOSE_FILE = 'compose/server.yaml'

/** Replaces the `.env` of the user's project. Compose 1 refuses `/dev/null`. */
const NO_ENV_FILE = 'compose/empty.env'

/** All variables of `compose/server.yaml`. */
export function composeVariables(
  settings: Omit<ServerSettings, 'admin'>,
  { instance, owner, dataFolder }: { instance: string; owner: string; dataFolder: string },
): Readonly<Record<string, string>> {
  return {
    ...serverVariables(settings),
    COMPOSE_PROJECT_NAME: projectName(instance, owner),
    KEYCLOAK_IMAGE: imageName(settings.version),
    KEYCLOAK_VERSION: settings.version,
    KEYCLOAK_ARGUMENTS: startArguments(settings).join(' '),
    KEYCLOAK_PORT: String(settings.port),
    KEYCLOAK_MANAGEMENT_PORT: String(settings.managementPort),
    MCP_KEYCLOAK_OWNER: owner,
    MCP_KEYCLOAK_INSTANCE: instance,
    MCP_KEYCLOAK_DATA_FOLDER: dataFolder,
  }
}

/** Runs Compose with `compose/server.yaml`. */
export async function compose(
  project: string,
  args: readonly string[],
  variables: Readonly<Record<string, string>>,
  options: Pick<RunOptions, 'signal' | 'input'>,
): Promise<RunResult> {
  const [command = 'docker', ...before] = requireCompose(await probeDocker())
  const file = assetPath(COMPOSE_FILE)
  const folder = dirname(file)
  const where = ['--project-directory', folder, '--env-file', assetPath(NO_ENV_FILE), '--file', file]
  const result = await run(command, [...before, '--project-name', project, ...where, ...args], {
    ...options,
    cwd: folder,
    env: { ...foreignVariables(), ...variables },
  })
  throwIfInterrupted(options.signal)
  return result
}

/** Hides the user's variables that Compose or our file would read. */
function foreignVariables(): Readonly<Record<string, undefined>> {
  const names = Object.keys(process.env).filter((name) => /^(COMPOSE|KC|KEYCLOAK|MCP_KEYCLOAK)_/i.test(name))
  return Object.fromEntries(names.map((name) => [name, undefined]))
}
