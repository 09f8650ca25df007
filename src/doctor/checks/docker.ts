import { type Check, type Finding, fail, ok, skip, warn } from '../check.ts'
import type { Machine } from '../subjects.ts'
import { neededRuntime } from './needed-runtime.ts'

/** Whether a Docker engine answers, when one is needed. */
export const docker: Check<'machine'> = {
  name: 'docker',
  title: 'Docker',
  group: 'machine',
  asks: 'machine',
  run(machine): Finding {
    const { engine, client } = machine.docker
    if (engine) return ok(`engine ${engine}`)
    const what = client ? 'no engine answers' : 'not installed'
    const start = 'Start Docker Desktop, or "systemctl start docker"'
    const need = neededRuntime(machine)
    if (need === 'external') return skip(what, 'Somebody else runs that Keycloak.')
    if (need === 'java') return skip(what, `Not needed: ${reason(machine)}.`)
    const install = 'Install Docker (https://docs.docker.com/get-docker/)'
    return need === 'compose'
      ? fail(what, "This instance's data are in Docker.", client ? `${start}.` : `${install}.`)
      : warn(
          what,
          'And no JDK was found: Keycloak needs one of the two.',
          client ? `${start}.` : `${install}, or a JDK.`,
        )
  },
}

function reason({ state, jdks }: Machine): string {
  return state ? 'this instance runs on a JDK' : `Java ${jdks[0]?.version} is there`
}
