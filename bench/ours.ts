import { randomUUID } from 'node:crypto'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { execa } from 'execa'

import { instanceFolder } from '../src/config/folders.ts'
import { resolveConfig } from '../src/index.ts'
import { findInstance } from '../src/instance/instance.ts'
import { freePort } from '../src/runtime/probe-port.ts'
import { readState } from '../src/runtime/state/state.ts'
import { type KeycloakServer, manageServer } from '../src/testing/keycloak-server.ts'
import { start } from '../test/helpers/program/cli.ts'
import { composeProject } from '../test/helpers/program/compose-project.ts'
import type { BenchRuntime, Contender } from './contender.ts'
import { containerMemoryMb, groupMemoryMb } from './memory.ts'

/** This program, as a user runs it: each step is a process of its own. */
export interface Ours extends Contender {
  /** Runs a command; throws when it fails. Returns what it printed. */
  run(...args: readonly string[]): Promise<string>
  /**
   * Makes realms side by side, as workers of a test run do.
   *
   * @returns drops them
   */
  realms(count: number): Promise<() => Promise<unknown>>
}

/**
 * @param folder an empty folder
 * @param cache where the distribution is, and what instances share
 */
export async function ours(runtime: BenchRuntime, folder: string, cache: string): Promise<Ours> {
  const instance = `bench-${randomUUID().slice(0, 8)}`
  const dataFolder = join(folder, 'data')
  const flags = { instance, dataFolder, cacheFolder: cache, port: await freePort(), runtime }
  const env = {
    MCP_KEYCLOAK_INSTANCE: instance,
    MCP_KEYCLOAK_DATA_FOLDER: dataFolder,
    MCP_KEYCLOAK_CACHE_FOLDER: cache,
    MCP_KEYCLOAK_PORT: String(flags.port),
    MCP_KEYCLOAK_RUNTIME: runtime,
  }
  const { config } = await resolveConfig({ flags, env: {}, cwd: folder })
  let server: KeycloakServer | undefined

  async function run(...args: readonly string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await start(args, { env })
    if (exitCode !== 0) throw new Error(`mcp-keycloak ${args.join(' ')} ended with ${exitCode}: ${stderr}`)
    return stdout
  }
  const project = () => composeProject({ name: instance, folder: instanceFolder(dataFolder, instance) })
  const wipe = async () => void (await run('down', '--purge', '--yes'))

  return {
    side: 'ours',
    runtime,
    run,
    up: async () => void (await run('up')),
    down: async () => void (await run('down')),
    wipe,
    async reset() {
      const { elapsedMs } = JSON.parse(await run('reset-realm', '--json')) as { readonly elapsedMs: number }
      return { 'reset-realm-keycloak-part': elapsedMs }
    },
    async realms(count) {
      const made = await Promise.all(Array.from({ length: count }, () => server?.createRealm()))
      return () => Promise.all(made.map((realm) => realm?.drop()))
    },
    async settle() {
      await archiveWritten(
        runtime === 'java' ? () => readdir(join(cache, 'archives')) : async () => inVolume(await project()),
      )
      const { keycloak } = await findInstance(config)
      server = manageServer(keycloak, { onLeak: 'ignore' }).server
    },
    async forget() {
      const kept = (await readdir(cache)).filter((name) => !name.endsWith('.zip'))
      await Promise.all(kept.map((name) => rm(join(cache, name), { recursive: true })))
    },
    async memoryMb() {
      if (runtime === 'compose') return containerMemoryMb(await project())
      const { state } = await readState(dataFolder, instance)
      return groupMemoryMb(state?.pid ?? 0)
    },
    dispose: () => wipe().catch(() => {}), // there may be none
  }
}

/** It is written for the next start, within a minute on an idle machine. */
const ARCHIVE_MS = 180_000

async function archiveWritten(list: () => Promise<readonly string[]>): Promise<void> {
  const deadline = Date.now() + ARCHIVE_MS
  while (Date.now() < deadline) {
    const files = await list().catch((): readonly string[] => [])
    if (files.some((name) => name.endsWith('.jsa')) && !files.some((name) => name.endsWith('.lst'))) return
    await sleep(500)
  }
  throw new Error('the archive of classes for the next start was not written')
}

/** In Compose it is in the instance's volume. */
async function inVolume(project: string): Promise<readonly string[]> {
  const container = `${project}-keycloak-1`
  const { stdout } = await execa('docker', ['exec', container, 'ls', '/opt/keycloak/data/archive'])
  return stdout.split('\n')
}
