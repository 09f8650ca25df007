import { claudeCode } from './claude-code.ts'
import { claudeDesktop } from './claude-desktop.ts'
import type { ClientProfile } from './client-profile.ts'
import { codex } from './codex.ts'
import { copilotCli } from './copilot-cli.ts'
import { cursor } from './cursor.ts'
import { fastmcpClient } from './fastmcp-client.ts'
import { geminiCli } from './gemini-cli.ts'
import { goose } from './goose.ts'
import { inspector } from './inspector.ts'
import { librechat } from './librechat.ts'
import { mcpRemote } from './mcp-remote.ts'
import { mcpjam } from './mcpjam.ts'
import { openWebui } from './open-webui.ts'
import { opencode } from './opencode.ts'
import { pythonSdkClient } from './python-sdk-client.ts'
import { vscode } from './vscode.ts'
import { windsurf } from './windsurf.ts'
import { zed } from './zed.ts'

/** All known MCP client programs, in display order. */
export const CLIENT_PROFILES: readonly ClientProfile[] = [
  fastmcpClient,
  pythonSdkClient,
  inspector,
  mcpjam,
  claudeCode,
  claudeDesktop,
  vscode,
  cursor,
  codex,
  geminiCli,
  copilotCli,
  opencode,
  windsurf,
  zed,
  goose,
  librechat,
  openWebui,
  mcpRemote,
]
