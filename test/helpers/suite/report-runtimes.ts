import { probeJava } from '../../../src/runtime/java/probe-java.ts'
import { canArchive, canMount, docker, hasCompose, hasGo } from './machine.ts'

/** Says before the end-to-end tests which runtimes this machine has, so that nothing is skipped in silence. */
export default async function report(): Promise<void> {
  const jdks = await probeJava()
  const [jdk] = jdks
  process.stdout.write(`java runtime: ${jdk ? `tested with Java ${jdk.version}` : 'not tested, no JDK'}\n`)
  const compose = `tested with Docker ${docker.engine} and "${docker.compose?.join(' ')}"`
  const lack = docker.engine ? 'no Docker Compose' : 'no Docker engine'
  process.stdout.write(`compose runtime: ${hasCompose ? compose : `not tested, ${lack}`}\n`)
  const containers = docker.engine ? `tested with Docker ${docker.engine}` : 'not tested, no Docker engine'
  process.stdout.write(`testcontainers, also as the docs show it: ${containers}\n`)
  if (!canArchive(jdks))
    process.stdout.write("Keycloak's class-data archive: not tested, that needs Java 19 or later\n")
  if (!hasGo) process.stdout.write('a test suite in Go: not tested, no Go\n')
  if (!canMount)
    process.stdout.write('a machine without Java, a full disk: not tested, that needs root on Linux\n')
}
