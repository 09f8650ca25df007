import { randomUUID } from 'node:crypto'
import { join } from 'node:path'

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
    settle: async () => {},
    async memoryMb() {
      if (runtime === 'compose') return containerMemoryMb(`mcp-keycloak-${instance}`)
      const { state } = await readState(dataFolder, instance)
      return groupMemoryMb(state?.pid ?? 0)
    },
  }
}
