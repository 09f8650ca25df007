import { engineFix, engineTrouble } from '../../../runtime/compose/probe-docker.ts'
import { neededRuntime } from '../../../runtime/needed-runtime.ts'
import { type DoctorCheck, type Finding, fail, ok, skip, warn } from '../../check.ts'
import type { Machine } from '../../subjects.ts'

/** Checks that a Docker engine answers, when one is needed. */
export const docker: DoctorCheck<'machine'> = {
  name: 'docker',
  title: 'Docker',
  group: 'machine',
  asks: 'machine',
  run(machine): Finding {
    const { engine, client, elsewhere, podman } = machine.docker
    if (engine && elsewhere === undefined)
      return ok(podman === undefined ? `engine ${engine}` : `podman ${podman}, as "docker"`)
    const noEngine =
      elsewhere === undefined ? 'no engine answers' : `the engine is on another machine (${elsewhere})`
    const what = client ? noEngine : 'not installed'
    const trouble = client && !engine ? ` ${engineTrouble(machine.docker)}` : ''
    const start = engineFix(machine.docker)
    const need = neededRuntime(machine)
    if (need === 'external') return skip(what, 'That Keycloak is external.')
    if (need === 'java') return skip(what, `Not needed: ${reason(machine)}.${trouble}`)
    const install = 'Install Docker (https://docs.docker.com/get-docker/)'
    return need === 'compose'
      ? fail(what, `This instance's data are in Docker.${trouble}`, client ? `${start}.` : `${install}.`)
      : warn(
          what,
          `No JDK was found. Keycloak requires Docker or a JDK.${trouble}`,
          client ? `${start}.` : `${install}, or a JDK.`,
        )
  },
}

function reason({ state, jdks }: Machine): string {
  return state ? 'this instance runs on a JDK' : `Java ${jdks[0]?.version} is there`
}
