import { JVM_OPTIONS, type ServerSettings, serverVariables } from '../../config/server.ts'
import { throwIfInterrupted } from '../../errors.ts'
import { createAdmin, RECOVERY_PASSWORD } from '../admin-recovery.ts'
import { run } from '../exec.ts'
import type { RunContext } from '../runtime.ts'
import { serverEnvironment } from '../server-environment.ts'
import { serverHome } from './install-server.ts'
import { probeJava, requireJdk } from './probe-java.ts'

/**
 * Creates another administrator in the database of a stopped server with `kc.sh bootstrap-admin user`. Measured on 26.7.5:
 * 9 s with `--optimized`. Without it 92 s: Keycloak builds itself for another mode, and back at the next start.
 *
 * @throws {McpKeycloakError} `ADMIN_UNKNOWN`, `JAVA_MISSING`, `INTERRUPTED`
 */
export async function recoverJavaAdmin(settings: ServerSettings, context: RunContext): Promise<void> {
  const jdks = await probeJava()
  throwIfInterrupted(context.signal) // Ctrl-C ends the programs that look for a JDK
  const jdk = requireJdk(jdks)
  const env = serverEnvironment(process.env, jdk, {
    ...serverVariables(settings),
    JAVA_OPTS: JVM_OPTIONS.join(' '),
    [RECOVERY_PASSWORD]: settings.admin.password,
  })
  const script = `${serverHome(context.folder, settings.version)}/bin/kc.${process.platform === 'win32' ? 'bat' : 'sh'}`
  const { instance, folder: cwd, signal } = context
  await createAdmin(instance, settings.admin.username, async (args) => {
    const result = await run(script, args, { env, extendEnv: false, cwd, signal })
    throwIfInterrupted(signal)
    return result
  })
}
