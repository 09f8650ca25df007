import { open, readdir, readFile, stat } from 'node:fs/promises'

import { isOlderVersion } from '../config/versions.ts'
import { databaseFile } from './carry-database.ts'
import { serverHome } from './install-server.ts'
import { logFile } from './log-file.ts'
import { processStart } from './process-start.ts'
import type { FoundServer, InstancePlace } from './runtime.ts'
import { type ServerProcess, serverProcesses } from './server-processes.ts'

/** Each start begins a new log, and its first lines have the ports. */
const LOG_BYTES = 64 * 1024

/**
 * Finds the server of an instance without its state: the process that runs in its folder, else the server that was unpacked
 * there, with the ports and features of its last start.
 */
export async function findJavaServer({ folder }: InstancePlace): Promise<FoundServer | undefined> {
  const processes = await serverProcesses(folder)
  const leader = processes.find(({ command }) => !command.includes('-Dkc.home.dir=')) ?? processes[0]
  const version = (leader && versionIn(leader.command)) ?? (await newestVersion(folder))
  if (version === undefined || !(await isThere(serverHome(folder, version)))) return undefined
  const last = await lastStart(folder)
  if (!leader) return { running: false, version, ...last }
  const startedAt = await startTime(folder)
  return {
    running: true,
    version,
    ...last,
    ...(await runningServer(leader)),
    ...(startedAt !== undefined && { startedAt }),
  }
}

async function runningServer({ pid, command }: ServerProcess): Promise<Partial<FoundServer>> {
  const [startedAs, environment] = await Promise.all([processStart(pid), environmentOf(pid)])
  const port = Number(environment.get('KC_HTTP_PORT'))
  const managementPort = Number(environment.get('KC_HTTP_MANAGEMENT_PORT'))
  return {
    ...(port > 0 && managementPort > 0 && { port, managementPort }),
    features: /--features=(\S+)/.exec(command)?.[1]?.split(',') ?? [],
    ...(startedAs !== undefined && { pid, processStart: startedAs }),
  }
}

/** Linux shows it; elsewhere the log has to say where the server listens. */
async function environmentOf(pid: number): Promise<ReadonlyMap<string, string>> {
  const text = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '')
  const entries = text.split('\0').map((entry) => [entry, entry.indexOf('=')] as const)
  return new Map(entries.map(([entry, at]) => [entry.slice(0, at), entry.slice(at + 1)]))
}

/** What the log says of the last start. */
async function lastStart(folder: string): Promise<Pick<FoundServer, 'port' | 'managementPort' | 'features'>> {
  for (const file of [logFile(folder), `${logFile(folder)}.1`]) {
    const text = await firstBytes(file)
    const found =
      /Listening on: http:\/\/[^\s:]+:(\d+)\. Management interface listening on http:\/\/[^\s:]+:(\d+)/.exec(
        text,
      )
    if (!found) continue
    const enabled = /(?:Experimental|Preview) features enabled: (.+)/.exec(text)?.[1] ?? ''
    const features = enabled.split(', ').flatMap((feature) => feature.split(':')[0] || [])
    return { port: Number(found[1]), managementPort: Number(found[2]), features }
  }
  return { port: undefined, managementPort: undefined, features: [] }
}

async function firstBytes(file: string): Promise<string> {
  const log = await open(file).catch(() => undefined)
  if (!log) return ''
  try {
    const { buffer, bytesRead } = await log.read(Buffer.alloc(LOG_BYTES), 0, LOG_BYTES, 0)
    return buffer.toString('utf8', 0, bytesRead)
  } finally {
    await log.close()
  }
}

function versionIn(command: string): string | undefined {
  return /keycloak-(\d+\.\d+\.\d+[^/\\]*)[/\\]bin/.exec(command)?.[1]
}

/** A newer server without a database was unpacked by an `up` that was killed before it took over the data. */
async function newestVersion(folder: string): Promise<string | undefined> {
  const names = await readdir(folder).catch(() => [])
  const versions = names.flatMap((name) => /^keycloak-(\d+\.\d+\.\d+)$/.exec(name)?.[1] ?? [])
  versions.sort((a, b) => (isOlderVersion(a, b) ? 1 : -1))
  for (const version of versions) if (await isThere(databaseFile(serverHome(folder, version)))) return version
  return versions[0]
}

/** Each start begins a log. */
async function startTime(folder: string): Promise<string | undefined> {
  return stat(logFile(folder)).then(
    ({ birthtime }) => birthtime.toISOString(),
    () => undefined,
  )
}

/** Whether there is a file or folder. */
export function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
