import { type ConfigSources, resolveConfig } from '../config/resolve.ts'
import type { Config } from '../config/schema.ts'

/**
 * The options as everywhere, for what is done with a server that is there, or that runs in a way of its own: a runtime
 * that is named besides does not contradict it.
 */
export async function testConfig(flags: ConfigSources['flags'] = {}, env = process.env): Promise<Config> {
  return (await resolveConfig({ env, flags: { ...flags, runtime: 'auto' } })).config
}
