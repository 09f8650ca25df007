import { cpus, loadavg, release, totalmem, type } from 'node:os'

import { execa } from 'execa'

import { PINNED_VERSION } from '../src/config/versions.ts'
import { probeDocker } from '../src/runtime/compose/probe-docker.ts'
import { probeJava } from '../src/runtime/java/probe-java.ts'
import { IMAGE } from './stock-compose.ts'

/** What the numbers depend on. */
export interface MachineFacts {
  /** ISO 8601. */
  readonly date: string
  readonly system: string
  readonly cpu: string
  readonly cores: number
  /** Gigabytes. */
  readonly memoryGb: number
  /** Load of the last minute before the first round: 0 on an idle machine. */
  readonly loadAverage: number
  readonly keycloak: string
  readonly node: string
  readonly java: string | null
  readonly docker: string | null
  /** What the image says of itself, if it is not the official one: a stand-in. Absent in reports of before it was asked. */
  readonly standIn?: string | undefined
}

/** The facts of this machine, now. */
export async function machineFacts(): Promise<MachineFacts> {
  const [jdks, docker, description] = await Promise.all([probeJava(), probeDocker(), imageDescription()])
  const [load = 0] = loadavg()
  return {
    date: new Date().toISOString(),
    system: `${type()} ${release()}`,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 1e9),
    loadAverage: Number(load.toFixed(2)),
    keycloak: PINNED_VERSION,
    node: process.versions.node,
    java: jdks[0]?.version ?? null,
    docker: docker.engine ?? null,
    standIn: description?.startsWith('stand-in') ? description : undefined,
  }
}

async function imageDescription(): Promise<string | undefined> {
  const label = '{{index .Config.Labels "org.opencontainers.image.description"}}'
  const { stdout } = await execa('docker', ['image', 'inspect', '--format', label, IMAGE], { reject: false })
  return stdout
}
