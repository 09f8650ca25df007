import { claudeCode } from './claude-code.ts'
import { claudeDesktop } from './claude-desktop.ts'
import type { ClientProfile } from './client-profile.ts'
import { codex } from './codex.ts'
import { cursor } from './cursor.ts'
import { fastmcpClient } from './fastmcp-client.ts'
import { inspector } from './inspector.ts'
import { mcpRemote } from './mcp-remote.ts'
import { opencode } from './opencode.ts'
import { vscode } from './vscode.ts'

/** All known MCP client programs, in display order. */
export const CLIENT_PROFILES: readonly ClientProfile[] = [
  fastmcpClient,
  inspector,
  claudeCode,
  claudeDesktop,
  vscode,
  cursor,
  codex,
  opencode,
  mcpRemote,
]
