import { command } from '../config/command.ts'
import type { RealmUnderTest } from './realm-under-test.ts'

/** Returns the fix for tokens that are not for an MCP URL. If only the last slash differs, it is the other spelling. */
export function audienceFix({ mcpUrls, resetCommand }: RealmUnderTest, resource: string): string {
  const near = mcpUrls.find((url) => `${url}/` === resource || url === `${resource}/`)
  if (near) return `Use one of the two everywhere: ${command('verify', near)}`
  return resetCommand({ mcpUrl: [...mcpUrls, resource] })
}
