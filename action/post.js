import { fail, mcpKeycloak } from './runner.js'

/** The exit code of `down` when there is nothing to remove. */
const NOT_RUNNING = 3

/** Removes the instance of the job with its data. An external Keycloak stays. */
const env = JSON.parse(process.env.STATE_env || '{}')
if (Object.keys(env).length > 0 && !env.MCP_KEYCLOAK_KEYCLOAK_URL) {
  const { code } = await mcpKeycloak(process.env.STATE_version ?? '', ['down', '--purge', '--yes'], { env })
  if (code !== 0 && code !== NOT_RUNNING) fail(`mcp-keycloak down ended with exit code ${code}.`)
}
