import { type ConfigSources, resolveConfig } from '../config/resolve.ts'
import type { Config } from '../config/schema.ts'

/** Warnings that this process has shown: a config file is read for each server and realm. */
const shown = new Set<string>()

/** The options as everywhere. Warnings about the config file become process warnings, each one once. */
export async function resolveTestConfig(sources: ConfigSources): Promise<Config> {
  const { config, warnings } = await resolveConfig(sources)
  for (const warning of warnings.filter((text) => !shown.has(text))) {
    shown.add(warning)
    process.emitWarning(warning, { code: 'MCP_KEYCLOAK_CONFIG' })
  }
  return config
}

/**
 * The options as everywhere, for what is done with a server that is there, or that runs in a way of its own: a runtime
 * that is named besides does not contradict it.
 */
export async function testConfig(flags: ConfigSources['flags'] = {}, env = process.env): Promise<Config> {
  return resolveTestConfig({ env, flags: { ...flags, runtime: 'auto' } })
}
