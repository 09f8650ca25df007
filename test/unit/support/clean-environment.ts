// What the developer's own shell says to mcp-keycloak must not count in a test.
for (const name of Object.keys(process.env)) {
  if (/^(MCP_KEYCLOAK_|KEYCLOAK_HOME$)/.test(name)) delete process.env[name]
}
