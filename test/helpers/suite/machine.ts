import { probeDocker } from '../../../src/runtime/compose/probe-docker.ts'
import { run } from '../../../src/runtime/exec.ts'
import type { Jdk } from '../../../src/runtime/java/probe-java.ts'

/** What this machine has of Docker, asked once. */
export const docker = await probeDocker()

/** Whether the compose runtime can be tested here. */
export const hasCompose = docker.engine !== undefined && docker.compose !== undefined

/** Whether Go is there: its tests are run by a command of ours. */
export const hasGo = (await run('go', ['version'])).exitCode === 0

/** Whether a test may have a mount namespace of its own. */
export const canMount = process.platform === 'linux' && process.getuid?.() === 0

/** Whether the JVM that Keycloak gets can archive the classes of Keycloak's own loader. */
export function canArchive([jdk]: readonly Jdk[]): boolean {
  return jdk !== undefined && jdk.major >= 19
}
