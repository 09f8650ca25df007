/** The inputs that are options of `up`. A unit test holds them equal to the options of the program. */
export const OPTIONS = [
  'instance',
  'runtime',
  'keycloak-url',
  'keycloak-version',
  'keycloak-home',
  'port',
  'management-port',
  'timeout',
  'realm-file',
  'realm',
  'mcp-url',
  'trusted-host',
  'user',
  'with',
  'scope',
  'role',
  'user-attribute',
  'origin',
  'downstream',
  'service-account',
  'token-lifespan',
  'variables',
  'consent',
  'proof',
  'data-folder',
  'cache-folder',
]

/** Returns the variable of an option. */
export function variableName(option) {
  return `MCP_KEYCLOAK_${option.replaceAll('-', '_').toUpperCase()}`
}

/** Returns an instance name of this job alone. One runner has one job at a time, and a machine may have several runners. */
export function instanceName({ GITHUB_RUN_ID = '0', RUNNER_NAME = '' }) {
  const runner = RUNNER_NAME.toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 30)
  return `job-${GITHUB_RUN_ID}-${runner}`.replace(/-+$/, '')
}
