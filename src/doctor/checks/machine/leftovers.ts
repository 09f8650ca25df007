import { command } from '../../../config/command.ts'
import { ownerInWords } from '../../../config/docker-names.ts'
import { dataFolderOf, folders, instanceFolder } from '../../../config/folders.ts'
import {
  type DockerProject,
  foreignProjects,
  ownDockerProject,
} from '../../../runtime/compose/docker-projects.ts'
import { type DoctorCheck, type Finding, ok, skip, warn } from '../../check.ts'

/** Looks in Docker for containers and volumes that the state does not list, and for those of other data folders. */
export const leftovers: DoctorCheck<'host'> = {
  name: 'leftovers',
  title: 'Leftovers',
  group: 'machine',
  asks: 'host',
  async run({ config, state, docker }) {
    if (!docker.engine) return skip('not looked at', 'No Docker engine answers.')
    const folder = instanceFolder(folders(config).data, config.instance)
    const [own, foreign] = await Promise.all([
      ownDockerProject({ instance: config.instance, folder }),
      foreignProjects(dataFolderOf(folder), state ? [state] : []),
    ])
    return judgeLeftovers(state?.runtime === 'compose' ? undefined : own, foreign)
  },
}

/**
 * Judges the containers and volumes in Docker.
 *
 * @param unknown projects of this instance that its state does not list
 * @param foreign projects of other data folders
 */
export function judgeLeftovers(
  unknown: Pick<DockerProject, 'containers' | 'volumes'> | undefined,
  foreign: readonly DockerProject[],
): Finding {
  if (unknown) {
    return warn(
      `Docker has ${[...unknown.containers, ...unknown.volumes].join(', ')}`,
      'This data folder has created them for this instance, whose state is lost.',
      `${command('up')} uses them again; ${command('down', { purge: true })} removes them.`,
    )
  }
  if (foreign.length === 0) return ok('none in Docker')
  const each = foreign.map((project) => `${project.project} (${ownerInWords(project)})`)
  return ok(`none of this data folder; of others, which no command touches: ${each.join('; ')}`)
}
