/** Returns the program as the user called it, so that commands in our text work unchanged. */
export function programName(env: NodeJS.ProcessEnv = process.env): string {
  if (env.npm_command === 'exec') return 'npx mcp-keycloak'
  if (env.npm_lifecycle_event && env.npm_package_name === 'mcp-keycloak') return 'npm run mcp-keycloak --'
  return 'mcp-keycloak'
}
