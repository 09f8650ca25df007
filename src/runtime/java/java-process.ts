import { setTimeout as sleep } from 'node:timers/promises'

import { McpKeycloakError } from '../../errors.ts'
import type { InstancePlace, ServerHandle } from '../runtime.ts'
import { processStart } from './process-start.ts'
import { mayBeServerOf, serverProcesses } from './server-processes.ts'

/** Time for a server to stop before it is killed. */
const STOP_MS = 15_000

type State = InstancePlace & ServerHandle

/** Whether the process in `state` runs and is not the server of another folder. */
export async function isServerRunning({ pid, processStart: startedAs, folder }: State): Promise<boolean> {
  if (pid === undefined || (await processStart(pid)) !== startedAs) return false
  return mayBeServerOf(pid, folder)
}

/** Stops the server in `state`. Kills its process group when that takes too long. */
export async function stopServer(state: State, hurry?: AbortSignal): Promise<void> {
  const { pid } = state
  if (pid === undefined || !(await isServerRunning(state))) return
  signalGroup(pid, 'SIGTERM')
  if (await gone(async () => !(await isServerRunning(state)), hurry)) {
    endArchiveWriter(pid)
    return
  }
  signalGroup(pid, 'SIGKILL')
  await gone(async () => !(await isServerRunning(state)))
}

/** Kills the rest of the process group: the program that writes the archive stops later than the server. */
function endArchiveWriter(group: number): void {
  if (process.platform === 'win32') return
  try {
    signalGroup(group, 'SIGKILL')
  } catch {
    // macOS reports EPERM for a group without living processes
  }
}

/** Waits until a process has ended; `false` when it still runs after {@link STOP_MS}, or when `hurry` is aborted. */
async function gone(isGone: () => Promise<boolean>, hurry?: AbortSignal): Promise<boolean> {
  const deadline = Date.now() + STOP_MS
  while (!(await isGone())) {
    if (Date.now() > deadline || hurry?.aborted) return false
    await sleep(100)
  }
  return true
}

/**
 * Kills every server in the instance's folder and waits for their end.
 *
 * @returns whether there was a server
 * @throws {McpKeycloakError} `INSTANCE_BUSY` when one cannot be stopped
 */
export async function stopStrayServers({ folder }: InstancePlace): Promise<boolean> {
  const strays = await serverProcesses(folder)
  for (const { pid } of strays) kill(pid, 'SIGKILL') // one by one: the group's leader may have ended
  if (strays.length > 0 && !(await gone(async () => (await serverProcesses(folder)).length === 0)))
    throw cannotBeStopped(strays.map(({ pid }) => pid))
  return strays.length > 0
}

/** Signals the whole process group: `kc.sh` may be the parent of the JVM or of a build. */
function signalGroup(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (process.platform === 'win32' || !kill(-pid, signal)) kill(pid, signal) // a JVM whose start script was killed leads no group
}

/** Sends a signal; `false` when there is no such process or group. */
function kill(pid: number, signal: 'SIGTERM' | 'SIGKILL'): boolean {
  try {
    return process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
    throw error
  }
}

function cannotBeStopped(pids: readonly number[]): McpKeycloakError {
  return new McpKeycloakError('INSTANCE_BUSY', {
    what: "A Keycloak that runs in this instance's folder cannot be stopped.",
    why: `The process ${pids.join(', ')} still runs after ${STOP_MS / 1000} seconds.`,
    fix: 'Stop that process, then run the command again.',
  })
}
