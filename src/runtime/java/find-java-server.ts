import { readdir, readFile, stat } from 'node:fs/promises'

import { isThere } from '../../config/files/is-there.ts'
import { openRegularFile } from '../../config/files/read-file.ts'
import { isOlderVersion } from '../../config/versions.ts'
import { logFile } from '../log-file.ts'
import type { FoundServer, InstancePlace } from '../runtime.ts'
import { databaseFile } from './carry-database.ts'
import { serverHome } from './install-server.ts'
import { processStart } from './process-start.ts'
import { type ServerProcess, serverProcesses } from './server-processes.ts'

/** Length of the log's beginning, which has the ports. Each start begins a new log. */
const LOG_BYTES = 64 * 1024

/**
 * Finds an instance's server without its state: the process that runs in its folder, else the server unpacked there. Ports
 * and features come from its last start.
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

/** The environment of a process. Only Linux shows it; elsewhere the log has the ports. */
async function environmentOf(pid: number): Promise<ReadonlyMap<string, string>> {
  const text = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '')
  const entries = text.split('\0').map((entry) => [entry, entry.indexOf('=')] as const)
  return new Map(entries.map(([entry, at]) => [entry.slice(0, at), entry.slice(at + 1)]))
}

/** Reads ports and features of the last start from the log. */
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
  const log = await openRegularFile(file).catch(() => undefined)
  if (!log) return ''
  try {
    const { buffer, bytesRead } = await log.read(Buffer.alloc(LOG_BYTES), 0, LOG_BYTES, 0)
    return buffer.toString('utf8', 0, bytesRead)
  } finally {
    await log.close()
  }
}

function versionIn(command: string): string | undefined {
  return /keycloak-(\d+\.\d+\.\d[^/\\]*)[/\\]bin/.exec(command)?.[1]
}

/** Chooses the newest server with a database. A newer one without is from an `up` that was killed too early. */
async function newestVersion(folder: string): Promise<string | undefined> {
  const names = await readdir(folder).catch(() => [])
  const versions = names.flatMap((name) => /^keycloak-(\d+\.\d+\.\d+)$/.exec(name)?.[1] ?? [])
  versions.sort((a, b) => (isOlderVersion(a, b) ? 1 : -1))
  for (const version of versions) if (await isThere(databaseFile(serverHome(folder, version)))) return version
  return versions[0]
}

/** The last start: the log's creation time, because each start begins a new log. */
async function startTime(folder: string): Promise<string | undefined> {
  return stat(logFile(folder)).then(
    ({ birthtime }) => birthtime.toISOString(),
    () => undefined,
  )
}
