import { access, readdir, readFile, readlink, realpath } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** A process that runs a server in an instance's folder. */
export interface ServerProcess {
  readonly pid: number
  /** Its arguments, one blank between two. */
  readonly command: string
}

/** The start script of any Keycloak, and the JVM that it starts. */
const KEYCLOAK = /^(?:\S*sh )?\/.*\/bin\/kc\.sh(?: |$)|kc\.bat\b|-Dkc\.home\.dir=/s

/** The folder that a JVM's command line names; `kc.sh` gives it `<home>/bin/..`. */
const HOME_OPTION = /-Dkc\.home\.dir='?(.+?)[/\\]keycloak-[^/\\]+[/\\]bin[/\\]\.\./s

/**
 * Finds the processes that run a server in an instance's folder, whatever its state says: the state was lost, or whoever
 * started them was killed before the pid was written down.
 *
 * @param folder the instance's own
 */
export async function serverProcesses(folder: string): Promise<readonly ServerProcess[]> {
  const names = await namesOf(folder)
  const processes = (await keycloakProcesses()).filter(({ pid }) => pid !== process.pid)
  const isOurs = await Promise.all(processes.map((one) => isServerOf(one, names)))
  return processes.filter((_, at) => isOurs[at])
}

/**
 * Whether a process may be the server of an instance: `false` when it is the server of another folder that exists, as
 * after a copy of the folder. A server whose folder was moved stays the instance's.
 *
 * @param folder the instance's own
 */
export async function mayBeServerOf(pid: number, folder: string): Promise<boolean> {
  const command = (await commandLine(pid)) ?? ''
  const named =
    HOME_OPTION.exec(command)?.[1] ?? /^(?:\S*sh )?(\/.+)\/keycloak-[^/]+\/bin\/kc\.sh /s.exec(command)?.[1]
  if (named === undefined || (await isServerOf({ pid, command }, await namesOf(folder)))) return true
  return access(named).then(
    () => false,
    () => true,
  )
}

/** The JVM is given the path without links. */
async function namesOf(folder: string): Promise<readonly string[]> {
  return [folder, await realpath(folder).catch(() => folder)]
}

/** On Linux the working directory decides, which follows a rename; elsewhere the command line. */
async function isServerOf({ pid, command }: ServerProcess, folders: readonly string[]): Promise<boolean> {
  const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => '')
  const place = cwd.replace(/ \(deleted\)$/, '')
  if (folders.includes(place)) return true
  if (basename(dirname(place)) === 'instances') return false
  return folders.some((folder) => {
    const path = folder.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    // Not an editor that has a file of that folder open.
    return new RegExp(
      `^(\\S*sh )?${path}/keycloak-[^/]+/bin/kc\\.sh( |$)|${path}\\\\keycloak-[^\\\\]+\\\\bin\\\\kc\\.bat|-Dkc\\.home\\.dir='?${path}.keycloak-`,
    ).test(command)
  })
}

async function keycloakProcesses(): Promise<readonly ServerProcess[]> {
  if (process.platform !== 'linux') {
    const { default: findProcess } = await import('find-process') // most commands need it never
    const found = await findProcess('name', KEYCLOAK).catch(() => [])
    return found.map(({ pid, cmd }: { pid: number; cmd: string }) => ({ pid, command: cmd }))
  }
  // /proc has what ps cuts off, and tells apart arguments with line breaks.
  const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 0)
  const processes = pids.map(async (pid) => ({ pid, command: (await commandLine(pid)) ?? '' }))
  return (await Promise.all(processes)).filter(({ command }) => KEYCLOAK.test(command))
}

/** The arguments of a process; `undefined` when they cannot be seen. */
async function commandLine(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') {
    const text = await readFile(join('/proc', String(pid), 'cmdline'), 'utf8').catch(() => '')
    return text.replace(/\0$/, '').replaceAll('\0', ' ') || undefined
  }
  const { default: findProcess } = await import('find-process')
  const [found] = await findProcess('pid', pid).catch(() => [])
  return found?.cmd
}
