import { shellWord } from '../config/shell-word.ts'
import type { RealmUnderTest } from './realm-under-test.ts'

/** What makes a realm's tokens be for an MCP URL as well, or what to write where only the slash at the end differs. */
export function audienceFix({ mcpUrls, resetCommand }: RealmUnderTest, resource: string): string {
  const near = mcpUrls.find((url) => `${url}/` === resource || url === `${resource}/`)
  if (near) return `Use one of the two everywhere: mcp-keycloak verify ${shellWord(near)}`
  return resetCommand({ mcpUrl: [...mcpUrls, resource] })
}
