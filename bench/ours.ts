import { randomUUID } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { execa } from 'execa'

import { type Config, type ResolvedConfig, resolveConfig } from '../src/index.ts'
import { freePort } from '../src/runtime/probe-port.ts'
import { readState } from '../src/runtime/state.ts'
import { cli, cliJson } from '../test/helpers/cli.ts'
import type { BenchRuntime, Contender } from './contender.ts'
import { containerMemoryMb, groupMemoryMb } from './memory.ts'

/** This program, as a user runs it: each step is a process of its own. */
export interface Ours extends Contender {
  /** Its options, for steps that a library does. */
  readonly config: Config
  /** Runs a command; throws when it fails. */
  run(...args: readonly string[]): Promise<void>
}

/**
 * @param folder an empty folder
 * @param cache where the distribution is
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
  const { config }: ResolvedConfig = await resolveConfig({ flags, env: {}, cwd: folder })
  const run = async (...args: readonly string[]) => {
    const { exitCode, stderr } = await cli(args, { env })
    if (exitCode !== 0) throw new Error(`mcp-keycloak ${args.join(' ')} ended with ${exitCode}: ${stderr}`)
  }
  return {
    side: 'ours',
    runtime,
    config,
    run,
    up: () => run('up'),
    down: () => run('down'),
    purge: () => run('down', '--purge', '--yes'),
    async reset() {
      const { elapsedMs } = await cliJson<{ readonly elapsedMs: number }>(['reset-realm'], env)
      return { 'reset-realm-keycloak-part': elapsedMs }
    },
    settle: () => archiveWritten(runtime, instance, join(dataFolder, 'instances', instance)),
    async memoryMb() {
      if (runtime === 'compose') return containerMemoryMb(`mcp-keycloak-${instance}`)
      const { state } = await readState(dataFolder, instance)
      return groupMemoryMb(state?.pid ?? 0)
    },
  }
}

/** It is written for the next start, within half a minute on an idle machine. */
const ARCHIVE_MS = 180_000

async function archiveWritten(runtime: BenchRuntime, instance: string, folder: string): Promise<void> {
  const deadline = Date.now() + ARCHIVE_MS
  while (Date.now() < deadline) {
    const files = await archiveFiles(runtime, instance, folder).catch((): readonly string[] => [])
    if (files.some((name) => name.endsWith('.jsa')) && !files.includes('classes.lst')) return
    await sleep(500)
  }
}

async function archiveFiles(
  runtime: BenchRuntime,
  instance: string,
  folder: string,
): Promise<readonly string[]> {
  if (runtime === 'java') return readdir(join(folder, 'archive'))
  const container = `mcp-keycloak-${instance}-keycloak-1`
  const { stdout } = await execa('docker', ['exec', container, 'ls', '/opt/keycloak/data/archive'])
  return stdout.split('\n')
}
