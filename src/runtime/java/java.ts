import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'

import { whichCommand } from 'which-command'

import { assetPath } from '../../assets.ts'
import { isThere } from '../../config/files/is-there.ts'
import {
  JVM_OPTIONS,
  listenVariables,
  type ServerSettings,
  serverVariables,
  startArguments,
} from '../../config/server.ts'
import { McpKeycloakError, throwIfInterrupted } from '../../errors.ts'
import { clearBootstrap, writeBootstrap } from '../bootstrap-admin.ts'
import { templateFolder } from '../database-template.ts'
import { startDetached } from '../exec.ts'
import { followFile } from '../follow-file.ts'
import { buildFolder } from '../kept-build.ts'
import { lastLines } from '../last-lines.ts'
import { logFile } from '../log-file.ts'
import type { RunContext, Runtime, ServerHandle } from '../runtime.ts'
import { serverEnvironment } from '../server-environment.ts'
import { copyPrivateFile } from '../state/copied-parts.ts'
import { keepServerBuild } from './built-server.ts'
import { carryDatabase, databaseFile } from './carry-database.ts'
import { findJavaServer } from './find-java-server.ts'
import { archiveFolder, finishCache } from './finish-cache.ts'
import { installServer, removeOutlived, type ServerSource, serverHome } from './install-server.ts'
import { isServerRunning, stopServer, stopStrayServers } from './java-process.ts'
import { type Jdk, jdkWarning, probeJava, requireJdk } from './probe-java.ts'
import { processStart } from './process-start.ts'
import { recoverJavaAdmin } from './recover-java-admin.ts'
import { assertServerPath, isOptionPath } from './server-paths.ts'
import { keepServerDatabase, takeDatabase } from './template-server.ts'

/** Keycloak's distribution on a JDK of this machine, as a separate process. */
export function javaRuntime(options: ServerSource): Runtime {
  return {
    name: 'java',
    async prepare(build, context) {
      await assertServerPath(context.folder)
      await findJdk(context)
      await installServer(build, options, context)
    },
    async keepDatabase({ folder, version, features }) {
      if (options.keycloakHome !== undefined || !hasStartScript(options.cache)) return
      const target = templateFolder({ version, features }, options.cache)
      if (await isThere(target)) return
      const [jdk] = await probeJava()
      if (jdk) await keepServerDatabase(serverHome(folder, version), target, jdk)
    },
    finishCache: (state, signal) => finishCache(state, options.cache, signal),
    async settle(state) {
      if (options.keycloakHome === undefined)
        await keepServerBuild(serverHome(state.folder, state.version), buildFolder(state, options.cache))
      await removeOutlived(state.folder, state.version)
      return state
    },
    carryData: ({ folder, version: from }, version) =>
      carryDatabase(serverHome(folder, from), serverHome(folder, version)),
    claim: async () => ({}), // all of its data is in the data folder
    start: (settings, context) => start(settings, context, options),
    find: findJavaServer,
    hasDatabase: ({ folder }, version) => isThere(databaseFile(serverHome(folder, version))),
    saveDatabase: ({ folder, version }, file) =>
      copyPrivateFile(databaseFile(serverHome(folder, version)), file),
    putDatabase: ({ folder, version }, file) =>
      copyPrivateFile(file, databaseFile(serverHome(folder, version))),
    recoverAdmin: recoverJavaAdmin,
    clearBootstrap: ({ folder, version }) => clearBootstrap(serverHome(folder, version)),
    isRunning: isServerRunning,
    isStarting: isServerRunning,
    stop: stopServer,
    stopStray: stopStrayServers,
    async purge({ folder }) {
      await rm(folder, { recursive: true, force: true })
      return []
    },
    lastLog: ({ folder }, lines) => lastLines(logFile(folder), lines),
    log: ({ folder }, options) => followFile(logFile(folder), options),
    containerUrl: ({ port }) =>
      `http://host.docker.internal:${port} (Docker Desktop; on Linux use the compose runtime)`,
  }
}

async function start(
  settings: ServerSettings,
  context: RunContext,
  { cache, keycloakHome }: ServerSource,
): Promise<ServerHandle> {
  const jdk = await findJdk(context)
  const warning = jdkWarning(jdk)
  if (warning) context.onWarning(warning)
  const log = logFile(context.folder)
  await mkdir(context.folder, { recursive: true, mode: 0o700 })
  await rename(log, `${log}.1`).catch(() => {}) // the log of the time before, if there is one
  const home = serverHome(context.folder, settings.version)
  if (keycloakHome === undefined && hasStartScript(cache))
    await takeDatabase(templateFolder(settings, cache), home, settings.admin)
  const [program, ...before] = startCommand(home, cache)
  const script = kcScript(home)
  await writeBootstrap(home, settings.admin)
  const pid =
    (await whichCommand(script)) &&
    (await startDetached(program, [...before, ...startArguments(settings)], {
      logFile: log,
      cwd: context.folder,
      env: serverEnvironment(process.env, jdk, {
        ...serverVariables(settings),
        ...listenVariables(settings),
        JAVA_OPTS: JVM_OPTIONS.join(' '),
      }),
    }))
  const startedAs = pid ? await processStart(pid) : undefined
  if (!pid || startedAs === undefined) {
    const said = await lastLines(log, 5)
    throwIfInterrupted(context.signal) // Ctrl-C during the start: the server did not have its own process group yet
    throw new McpKeycloakError('KEYCLOAK_EXITED', {
      what: 'Keycloak could not be started.',
      why: said.length > 0 ? said : `The system could not run ${script}.`,
      fix: `Run this command to see the reason: ${script} --version`,
    })
  }
  return { pid, processStart: startedAs }
}

/** Finds a JDK. jdk-utils runs `java -version` in our process group: after Ctrl-C every JDK seems to be missing. */
async function findJdk({ signal }: RunContext): Promise<Jdk> {
  const jdks = await probeJava()
  throwIfInterrupted(signal)
  return requireJdk(jdks)
}

/** The command that starts a server with what new instances share in the cache. */
function startCommand(home: string, cache: string): readonly [string, ...string[]] {
  if (!hasStartScript(cache)) return [kcScript(home)]
  return ['sh', assetPath('compose/start-keycloak.sh'), home, archiveFolder(cache)]
}

/**
 * Whether a server starts with our script, which knows the class-data archive and the template. Windows lacks a shell for
 * it, and the JVM cannot take some paths of an archive.
 */
function hasStartScript(cache: string): boolean {
  return process.platform !== 'win32' && isOptionPath(cache)
}

function kcScript(home: string): string {
  return join(home, 'bin', process.platform === 'win32' ? 'kc.bat' : 'kc.sh')
}
