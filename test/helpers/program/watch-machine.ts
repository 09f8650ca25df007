import { readdir, readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'

import { execa } from 'execa'

/** Everything that this machine shows of running programs to whoever may look. */
export interface Sightings {
  /** Command lines of all processes. */
  readonly commands: ReadonlySet<string>
  /** Environments of all processes that run a Keycloak, those in containers too. */
  readonly environments: ReadonlySet<string>
  /** `docker inspect` of all containers of a data folder, with their labels. */
  readonly containers: ReadonlySet<string>
}

/** Looks at processes for each look at containers, which live longer and take two programs to see. */
const PROCESS_LOOKS = 8

/**
 * Looks at the machine repeatedly while `work` runs, and a last time afterwards. A look at the processes takes a few
 * milliseconds, so it misses no program of a start.
 *
 * @param dataFolder data folder whose containers are inspected
 */
export async function watchMachine<T>(
  dataFolder: string,
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly seen: Sightings }> {
  const seen = { commands: new Set<string>(), environments: new Set<string>(), containers: new Set<string>() }
  let isDone = false
  const working = work().finally(() => {
    isDone = true
  })
  const looking = (async () => {
    let last = false
    for (let look = 0; !last; look++, await sleep(50)) {
      last = isDone
      await lookAtProcesses(seen)
      if (last || look % PROCESS_LOOKS === 0) await lookAtContainers(dataFolder, seen.containers)
    }
  })()
  const [result] = await Promise.all([working, looking])
  return { result, seen }
}

async function lookAtProcesses(seen: { commands: Set<string>; environments: Set<string> }): Promise<void> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const read = (pid: string, file: string) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '')
  for (const pid of pids) {
    const command = await read(pid, 'cmdline')
    seen.commands.add(command)
    if (/kc\.home\.dir|kc\.sh|start-keycloak/.test(command)) seen.environments.add(await read(pid, 'environ'))
  }
}

async function lookAtContainers(dataFolder: string, containers: Set<string>): Promise<void> {
  const filter = ['--filter', `label=mcp-keycloak.data-folder=${dataFolder}`]
  const { stdout } = await execa('docker', ['ps', '--all', '--quiet', ...filter], { reject: false })
  const ids = (stdout ?? '').split('\n').filter(Boolean)
  if (ids.length === 0) return
  const inspected = await execa('docker', ['inspect', ...ids], { reject: false })
  containers.add(inspected.stdout ?? '')
}
