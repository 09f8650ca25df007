import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { assetPath } from '../assets.ts'
import {
  JVM_OPTIONS,
  listenVariables,
  type ServerSettings,
  serverVariables,
  startArguments,
} from '../config/server.ts'
import { McpKeycloakError } from '../errors.ts'
import { keepBuild } from './built-server.ts'
import { carryDatabase } from './carry-database.ts'
import { startDetached } from './exec.ts'
import { followFile } from './follow-file.ts'
import {
  buildFolder,
  installServer,
  removeOutlived,
  type ServerSource,
  serverHome,
} from './install-server.ts'
import { lastLines } from './last-lines.ts'
import { logFile } from './log-file.ts'
import { jdkWarning, probeJava, requireJdk } from './probe-java.ts'
import { isExecutable } from './probe-program.ts'
import { processStart } from './process-start.ts'
import type { InstancePlace, RunContext, Runtime, ServerHandle } from './runtime.ts'
import { strayServers } from './stray-servers.ts'

/** How long a server may take to stop before it is killed. */
const STOP_MS = 15_000

/** Keycloak's own distribution on a JDK of this machine, as a process of its own. */
export function javaRuntime(options: ServerSource): Runtime {
  return {
    name: 'java',
    async prepare(build, context) {
      requireJdk(await probeJava())
      await installServer(build, options, context)
    },
    async settle(state) {
      if (options.keycloakHome === undefined)
        await keepBuild(serverHome(state.folder, state.version), buildFolder(state, options.cache))
      await removeOutlived(state.folder, state.version)
      return state
    },
    carryData: ({ folder, version: from }, version) =>
      carryDatabase(serverHome(folder, from), serverHome(folder, version)),
    claim: async () => ({}), // all that it has is in the data folder
    start: (settings, context) => start(settings, context, options),
    isRunning,
    isStarting: isRunning,
    stop,
    sweep,
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
  { cache }: ServerSource,
): Promise<ServerHandle> {
  const jdk = requireJdk(await probeJava())
  const warning = jdkWarning(jdk)
  if (warning) context.onWarning(warning)
  const log = logFile(context.folder)
  await mkdir(context.folder, { recursive: true })
  await rename(log, `${log}.1`).catch(() => {}) // the log of the time before, if there is one
  const home = serverHome(context.folder, settings.version)
  const [program, ...before] = startCommand(home, cache)
  const script = kcScript(home)
  const pid =
    (await isExecutable(script)) &&
    (await startDetached(program, [...before, ...startArguments(settings)], {
      logFile: log,
      env: {
        ...withoutKeycloakVariables(process.env),
        ...serverVariables(settings),
        ...listenVariables(settings),
        JAVA_HOME: jdk.home,
        JAVA_OPTS: JVM_OPTIONS.join(' '),
      },
    }))
  const startedAs = pid ? await processStart(pid) : undefined
  if (!pid || startedAs === undefined) {
    throw new McpKeycloakError('KEYCLOAK_EXITED', {
      what: 'Keycloak could not be started.',
      why: (await lastLines(log, 5)).join('\n') || `${script} could not be run.`,
      fix: `Run it by hand to see more: ${script} --version`,
    })
  }
  return { pid, processStart: startedAs }
}

/** On Windows without the class-data archive, which a shell script takes care of. It is in the cache, for new instances, too. */
function startCommand(home: string, cache: string): readonly [string, ...string[]] {
  if (process.platform === 'win32') return [kcScript(home)]
  return ['sh', assetPath('compose/start-keycloak.sh'), home, join(cache, 'archives')]
}

function kcScript(home: string): string {
  return join(home, 'bin', process.platform === 'win32' ? 'kc.bat' : 'kc.sh')
}

async function isRunning(server: ServerHandle): Promise<boolean> {
  return server.pid !== undefined && (await processStart(server.pid)) === server.processStart
}

async function stop(state: ServerHandle): Promise<void> {
  const { pid } = state
  if (pid === undefined || !(await isRunning(state))) return
  signalGroup(pid, 'SIGTERM')
  if (await gone(async () => !(await isRunning(state)))) {
    endArchiveWriter(pid)
    return
  }
  signalGroup(pid, 'SIGKILL')
  await gone(async () => !(await isRunning(state)))
}

/** What writes the archive in the background is of the server's process group, and slower to stop. */
function endArchiveWriter(group: number): void {
  if (process.platform === 'win32') return
  try {
    signalGroup(group, 'SIGKILL')
  } catch {
    // macOS says EPERM of a group in which nobody lives any more
  }
}

/** Waits until a process is gone; `false` when it still is not after {@link STOP_MS}. */
async function gone(isGone: () => Promise<boolean>): Promise<boolean> {
  const deadline = Date.now() + STOP_MS
  while (!(await isGone())) {
    if (Date.now() > deadline) return false
    await sleep(100)
  }
  return true
}

async function sweep({ folder }: InstancePlace): Promise<boolean> {
  const strays = await strayServers(folder)
  for (const pid of strays) kill(pid, 'SIGKILL') // one by one: the group's leader may be gone
  return strays.length > 0
}

/** `kc.sh` may be the parent of the JVM, or of the one that builds: the whole group is ours. */
function signalGroup(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  kill(process.platform === 'win32' ? pid : -pid, signal)
}

function kill(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** The user's own `KC_*` and JVM variables are meant for another Keycloak. */
function withoutKeycloakVariables(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^(KC_|JAVA_OPTS|JAVA_ADD_OPENS)/.test(name)),
  )
}
