import { realmEndpoints } from '../../src/config/endpoints.ts'
import { SERVER_PROFILES } from '../../src/servers/all.ts'

const KEYCLOAK_URL = 'http://localhost:8080'
const REALM = 'fastmcp'

/** The code of a server as `mcp-keycloak snippets` prints it for the default realm, in a Markdown block. */
export function serverCode(name: string): string {
  const profile = SERVER_PROFILES.find((server) => server.name === name)
  const [snippet] =
    profile?.snippets({
      mcpUrl: 'http://localhost:8000/mcp',
      serverName: 'my-mcp-server',
      keycloakUrl: KEYCLOAK_URL,
      realm: REALM,
      issuer: realmEndpoints(KEYCLOAK_URL, REALM).issuer,
      preregistered: undefined,
    }) ?? []
  if (!snippet?.file) throw new Error(`There is no server "${name}".`)
  const language = snippet.file.endsWith('.py') ? 'python' : 'ts'
  const comment = language === 'python' ? '#' : '//'
  return `\`\`\`${language}\n${comment} ${snippet.file}\n${snippet.code.trimEnd()}\n\`\`\`\n`
}
