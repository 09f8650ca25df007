import type { ClientProfile, ConfigFile } from './client-profile.ts'
import { onlyConfigSnippet } from './config-snippet.ts'
import { FORGET_MCP_REMOTE, MCP_REMOTE_REGISTRATION, mcpRemoteEntry } from './mcp-remote.ts'

const FOLDERS: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  darwin: '~/Library/Application Support/Claude',
  // The default of %APPDATA%.
  win32: '~/AppData/Roaming/Claude',
}

const configFile: ConfigFile = {
  path: (platform) => `${FOLDERS[platform] ?? '~/.config/Claude'}/claude_desktop_config.json`,
  format: 'json',
  entryPath: ({ serverName }) => ['mcpServers', serverName],
  entry: mcpRemoteEntry,
}

/** Claude Desktop, which reaches a local server only through mcp-remote. */
export const claudeDesktop: ClientProfile = {
  name: 'claude-desktop',
  title: 'Claude Desktop',
  recordedVersion: 'mcp-remote 0.15.1',
  registration: MCP_REMOTE_REGISTRATION,
  browserOrigins: [],
  forget: () => `${FORGET_MCP_REMOTE}, then quit Claude Desktop and start it again.`,
  configFile,
  snippets: onlyConfigSnippet(
    configFile,
    "Connects through mcp-remote, because Claude Desktop's own connectors run in Anthropic's cloud, which cannot " +
      'reach localhost. Then restart Claude Desktop.',
  ),
}
