import { access, readdir, readFile, readlink, realpath } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** A process that runs a server in an instance's folder. */
export interface ServerProcess {
  readonly pid: number
  /** The arguments, separated by blanks. */
  readonly command: string
}

/** The start script of any Keycloak, and the JVM that it starts. */
const KEYCLOAK = /^(?:\S*sh )?\/.*\/bin\/kc\.sh(?: |$)|kc\.bat\b|-Dkc\.home\.dir=/s

/** The server's folder in a JVM's command line; `kc.sh` passes `<home>/bin/..`. */
const HOME_OPTION = /-Dkc\.home\.dir='?(.+?)[/\\]keycloak-[^/\\]+[/\\]bin[/\\]\.\./s

/**
 * Finds the server processes in an instance's folder, independent of its state. The state may be lost, or the command that
 * started them was killed before it wrote the pid.
 *
 * @param folder the instance's folder
 */
export async function serverProcesses(folder: string): Promise<readonly ServerProcess[]> {
  const names = await namesOf(folder)
  const processes = (await keycloakProcesses()).filter(({ pid }) => pid !== process.pid)
  const isOurs = await Promise.all(processes.map((one) => isServerOf(one, names)))
  return processes.filter((_, at) => isOurs[at])
}

/**
 * Whether a process may be the server of an instance. `false` for the server of another existing folder, for example of
 * the original of a copied folder. A server whose folder was moved still belongs to the instance.
 *
 * @param folder the instance's folder
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

/** Resolves links, because the JVM gets the path without links. */
async function namesOf(folder: string): Promise<readonly string[]> {
  return [folder, await realpath(folder).catch(() => folder)]
}

/** The folder of a server: on Linux its working directory, which follows a rename; elsewhere from its command line. */
async function isServerOf({ pid, command }: ServerProcess, folders: readonly string[]): Promise<boolean> {
  const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => '')
  const place = cwd.replace(/ \(deleted\)$/, '')
  if (folders.includes(place)) return true
  if (basename(dirname(place)) === 'instances') return false
  return folders.some((folder) => {
    const path = folder.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    // This excludes an editor that has a file of that folder open.
    return new RegExp(
      `^(\\S*sh )?${path}/keycloak-[^/]+/bin/kc\\.sh( |$)|${path}\\\\keycloak-[^\\\\]+\\\\bin\\\\kc\\.bat|-Dkc\\.home\\.dir='?${path}.keycloak-`,
    ).test(command)
  })
}

async function keycloakProcesses(): Promise<readonly ServerProcess[]> {
  if (process.platform !== 'linux') {
    const { default: findProcess } = await import('find-process') // most commands never need it
    const found = await findProcess('name', KEYCLOAK).catch(() => [])
    return found.map(({ pid, cmd }: { pid: number; cmd: string }) => ({ pid, command: cmd }))
  }
  // ps cuts long lines off and cannot show arguments with line breaks; /proc has both.
  const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 0)
  const processes = pids.map(async (pid) => ({ pid, command: (await commandLine(pid)) ?? '' }))
  return (await Promise.all(processes)).filter(({ command }) => KEYCLOAK.test(command))
}

/** Reads the arguments of a process; `undefined` when they are hidden. */
async function commandLine(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') {
    const text = await readFile(join('/proc', String(pid), 'cmdline'), 'utf8').catch(() => '')
    return text.replace(/\0$/, '').replaceAll('\0', ' ') || undefined
  }
  const { default: findProcess } = await import('find-process')
  const [found] = await findProcess('pid', pid).catch(() => [])
  return found?.cmd
}
