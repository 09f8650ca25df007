import { join } from 'node:path'

import { command } from '../../config/command.ts'
import { McpKeycloakError } from '../../errors.ts'

/** Java versions that Keycloak 26 runs on. */
const OLDEST_JAVA = 17
const NEWEST_TESTED_JAVA = 25

/** A JDK of this machine. */
export interface Jdk {
  readonly home: string
  readonly major: number
  readonly version: string
}

/** Lists the suitable JDKs of this machine, best first: the newest tested version. */
export async function probeJava(): Promise<readonly Jdk[]> {
  const { findRuntimes } = await import('jdk-utils') // a server that runs already needs none
  // jdk-utils does not find all JDKs in this folder, for example Debian's Temurin.
  const runtimes = await findRuntimes({ withVersion: true, additionalLocations: ['/usr/lib/jvm', '/opt'] })
  const jdks = runtimes.flatMap((runtime) =>
    runtime.version
      ? [{ home: runtime.homedir, major: runtime.version.major, version: runtime.version.java_version }]
      : [],
  )
  return jdks.filter((jdk) => jdk.major >= OLDEST_JAVA).sort((a, b) => rank(b) - rank(a))
}

/** The `java` program of a JDK. */
export function javaProgram(jdk: Jdk): string {
  return join(jdk.home, 'bin', process.platform === 'win32' ? 'java.exe' : 'java')
}

/** Warnings about the chosen JDK. */
export function jdkWarning(jdk: Jdk): string | undefined {
  if (jdk.major < 21) return `Java ${jdk.major} works, but Keycloak is moving on from it: install 21 or 25.`
  if (jdk.major > NEWEST_TESTED_JAVA)
    return `Java ${jdk.major} is newer than what Keycloak is tested with (${NEWEST_TESTED_JAVA}).`
  return undefined
}

/**
 * Chooses the JDK for Keycloak.
 *
 * @throws {McpKeycloakError} `JAVA_MISSING`
 */
export function requireJdk(jdks: readonly Jdk[]): Jdk {
  const jdk = jdks[0]
  if (jdk) return jdk
  throw new McpKeycloakError('JAVA_MISSING', {
    what: 'This machine has no suitable Java.',
    why: `Keycloak requires Java ${OLDEST_JAVA} or later. JAVA_HOME, the PATH and the usual folders have none.`,
    fix: `Install a JDK (https://adoptium.net) or set JAVA_HOME. With Docker instead: ${command('up', { runtime: 'compose' })}`,
  })
}

function rank(jdk: Jdk): number {
  return jdk.major <= NEWEST_TESTED_JAVA ? jdk.major : -jdk.major
}
