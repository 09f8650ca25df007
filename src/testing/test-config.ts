import { type ConfigSources, resolveConfig } from '../config/resolve.ts'
import type { Config } from '../config/schema.ts'

/** Warnings that this process has shown. Each server and realm reads the config file again. */
const shown = new Set<string>()

/** Resolves the options as the commands do. Shows each warning about the config file once, as a process warning. */
export async function resolveTestConfig(sources: ConfigSources): Promise<Config> {
  const { config, warnings } = await resolveConfig(sources)
  for (const warning of warnings.filter((text) => !shown.has(text))) {
    shown.add(warning)
    process.emitWarning(warning, { code: 'MCP_KEYCLOAK_CONFIG' })
  }
  return config
}

/**
 * Resolves the options for work on a running server or in a container. Ignores a configured runtime, which would
 * exclude a Keycloak URL.
 */
export async function testConfig(flags: ConfigSources['flags'] = {}, env = process.env): Promise<Config> {
  return resolveTestConfig({ env, flags: { ...flags, runtime: 'auto' } })
}
