import { save } from './cache.js'
import { fail, mcpKeycloak } from './runner.js'

/** The exit code of `down` when there is nothing to remove. */
const NOT_RUNNING = 3

/** Removes the instance of the job with its data, then saves the cache. An external Keycloak stays. */
const version = process.env.STATE_version ?? ''
const env = JSON.parse(process.env.STATE_env || '{}')
if (Object.keys(env).length > 0 && !env.MCP_KEYCLOAK_KEYCLOAK_URL) {
  const { code } = await mcpKeycloak(version, ['down', '--purge', '--yes'], { env })
  if (code !== 0 && code !== NOT_RUNNING) fail(`mcp-keycloak down ended with exit code ${code}.`)
}
if (process.env.STATE_key) await save(process.env.STATE_key, version, env)
