import { join } from 'node:path'

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

/** All JDKs of this machine that Keycloak can run on, best first: the newest that is known to work. */
export async function probeJava(): Promise<readonly Jdk[]> {
  const { findRuntimes } = await import('jdk-utils') // a server that runs already needs none
  // Debian's Temurin, and whatever else a distribution puts there, is not on every list of jdk-utils.
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

/** What a user should know of the JDK that was chosen. */
export function jdkWarning(jdk: Jdk): string | undefined {
  if (jdk.major < 21) return `Java ${jdk.major} works, but Keycloak is moving on from it: install 21 or 25.`
  if (jdk.major > NEWEST_TESTED_JAVA)
    return `Java ${jdk.major} is newer than what Keycloak is tested with (${NEWEST_TESTED_JAVA}).`
  return undefined
}

/**
 * The JDK to run Keycloak on.
 *
 * @throws {McpKeycloakError} `JAVA_MISSING`
 */
export function requireJdk(jdks: readonly Jdk[]): Jdk {
  const jdk = jdks[0]
  if (jdk) return jdk
  throw new McpKeycloakError('JAVA_MISSING', {
    what: 'No Java was found that Keycloak runs on.',
    why: `Keycloak needs Java ${OLDEST_JAVA} or later; JAVA_HOME, the PATH and the usual folders were searched.`,
    fix: 'Install a JDK (https://adoptium.net), or set JAVA_HOME to one; with Docker instead: mcp-keycloak up --runtime compose',
  })
}

function rank(jdk: Jdk): number {
  return jdk.major <= NEWEST_TESTED_JAVA ? jdk.major : -jdk.major
}
