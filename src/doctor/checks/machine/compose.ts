import { neededRuntime } from '../../../runtime/needed-runtime.ts'
import { type DoctorCheck, fail, ok, skip, warn } from '../../check.ts'

const INSTALL =
  'Install the plugin: "apt-get install docker-compose-plugin", or https://docs.docker.com/compose/install/'

/** Checks that Docker Compose 2 is installed. */
export const compose: DoctorCheck<'machine'> = {
  name: 'compose',
  title: 'Docker Compose',
  group: 'machine',
  asks: 'machine',
  run(machine) {
    const { compose: command, composeVersion = '' } = machine.docker
    const need = neededRuntime(machine)
    if (command?.[0] === 'docker') return ok(composeVersion)
    if (need === 'external')
      return skip(command ? `version 1 (${composeVersion})` : 'not installed', 'That Keycloak is external.')
    if (command) {
      return need === 'java'
        ? ok(composeVersion)
        : warn(`version 1 (${composeVersion})`, 'It works, but Docker gave it up in 2023.', INSTALL)
    }
    return need === 'compose'
      ? fail('not installed', 'Neither "docker compose" nor "docker-compose" answers.', INSTALL)
      : skip('not installed', need === 'java' ? 'Not needed: Keycloak runs on a JDK.' : null)
  },
}
