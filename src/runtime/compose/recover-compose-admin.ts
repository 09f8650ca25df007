import { ONE_OFF_LABEL } from '../../config/docker-names.ts'
import { dataFolderOf } from '../../config/folders.ts'
import type { ServerSettings } from '../../config/server.ts'
import { createAdmin, RECOVERY_PASSWORD } from '../admin-recovery.ts'
import type { RunContext } from '../runtime.ts'
import { ownerOf } from '../state/owner.ts'
import { compose, composeVariables } from './compose-command.ts'
import { type ComposePlace, ownProject, projectOf } from './compose-project.ts'
import { dockerLines } from './docker.ts'
import { startScript } from './start-script.ts'

/**
 * Runs Keycloak's recovery command in a separate container with the instance's volumes. The password goes in by standard
 * input: Docker would show a variable.
 *
 * @throws {McpKeycloakError} `ADMIN_UNKNOWN`, `INTERRUPTED`
 */
export async function recoverComposeAdmin(
  settings: ServerSettings,
  { instance, folder, signal }: RunContext,
): Promise<void> {
  const dataFolder = dataFolderOf(folder)
  const { id: owner } = await ownerOf(dataFolder)
  const { name } = ownProject(instance, owner)
  const variables = composeVariables(settings, { instance, owner, dataFolder })
  const script = await startScript(`read -r ${RECOVERY_PASSWORD} && export ${RECOVERY_PASSWORD}\n`)
  const container = ['run', '--rm', '-T', '--no-deps', '--entrypoint', 'bash', 'keycloak', ...script]
  const input = `${settings.admin.password}\n`
  try {
    await createAdmin(instance, settings.admin.username, (args) =>
      compose(name, [...container, ...args], variables, { signal, input }),
    )
  } finally {
    await removeOneOff({ instance, folder, owner })
  }
}

/** Removes the containers of recovery commands, which an interrupted one leaves running. */
export async function removeOneOff(place: ComposePlace): Promise<void> {
  const project = await projectOf(place)
  if (!project || project.isPrevious) return
  const filter = ['--filter', `label=${ONE_OFF_LABEL}`]
  const ids = await dockerLines('list containers', ['ps', '--all', '--quiet', ...project.filters, ...filter])
  if (ids.length > 0) await dockerLines('remove a container', ['rm', '--force', ...ids])
}
