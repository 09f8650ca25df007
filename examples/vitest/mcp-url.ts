/** The address of the server in the tests. */
export const MCP_URL = `http://localhost:${process.env.PORT ?? '8000'}/mcp`
