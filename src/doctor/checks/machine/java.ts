import { jdkWarning } from '../../../runtime/java/probe-java.ts'
import { neededRuntime } from '../../../runtime/needed-runtime.ts'
import { type DoctorCheck, fail, ok, skip, warn } from '../../check.ts'

const INSTALL = 'Install a JDK, 21 or 25: https://adoptium.net (or set JAVA_HOME to one).'

/** Checks that a JDK for Keycloak is installed, when one is needed. */
export const java: DoctorCheck<'machine'> = {
  name: 'java',
  title: 'Java',
  group: 'machine',
  asks: 'machine',
  run(machine) {
    const need = neededRuntime(machine)
    const [jdk, ...others] = machine.jdks
    if (!jdk) {
      const what = 'no Java 17 or later'
      if (need === 'external') return skip(what, 'That Keycloak is external.')
      if (need === 'compose') return skip(what, 'Not needed: Keycloak runs in Docker.')
      return fail(what, need ? 'This instance runs on a JDK.' : 'Docker is not available either.', INSTALL)
    }
    const found = `${jdk.version} in ${jdk.home}${others.length > 0 ? `, and ${others.length} more` : ''}`
    const fault = need === 'java' && machine.state === undefined ? jdkWarning(jdk) : undefined
    return fault ? warn(found, fault, INSTALL) : ok(found)
  },
}
