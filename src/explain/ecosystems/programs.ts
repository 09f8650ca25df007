import type { Ecosystem } from './ecosystem.ts'

/** Programs that connect to MCP servers, and what Keycloak runs in. */
export const PROGRAMS: readonly Ecosystem[] = [
  {
    name: 'vscode',
    title: 'VS Code',
    side: 'client',
    signs: [
      /resource metadata: AggregateError|populating auth server metadata|(?<!Registration failed: )Dynamic registration failed: |MCP server resolved resource/,
      /getting token from server metadata|Connection state: (?:Running|Error)|vscode\.dev|Visual Studio Code/,
    ],
    settings: {
      'registration-refused':
        'trust the hosts of its redirect URIs: 127.0.0.1, localhost, vscode.dev, insiders.vscode.dev',
      'missing-metadata': 'the log channel "MCP: <server>" lists each URL that was tried',
      'client-unknown': 'run the command "Authentication: Remove Dynamic Authentication Providers"',
    },
    docs: 'https://code.visualstudio.com/api/extension-guides/ai/mcp',
  },
  {
    name: 'codex',
    title: 'Codex',
    side: 'client',
    signs: [
      /\bcodex\b/i,
      /failed to handle OAuth callback|Authorization server (?:issuer mismatch: expected|response missing required issuer)|^Error: (?:Registration failed: Dynamic|Metadata error: )|^Metadata error: /,
    ],
    settings: {
      'registration-refused':
        'codex mcp login <server>, with client_id in [mcp_servers.<server>.oauth] of ~/.codex/config.toml',
      scope: 'codex mcp login <server> --scopes {scope}',
    },
    docs: 'https://developers.openai.com/codex/mcp',
  },
  {
    name: 'gemini',
    title: 'Gemini CLI',
    side: 'client',
    signs: [
      /\bgemini\b/i,
      /Failed to authenticate with MCP server|attempted issuers: |Failed to discover OAuth configuration from MCP server/,
    ],
    settings: {
      'registration-refused':
        '"oauth": { "enabled": true, "clientId": "<client>" } of the server in ~/.gemini/settings.json',
      'wrong-metadata':
        'write the URL into ~/.gemini/settings.json exactly as the server names it: {resource}',
    },
    docs: 'https://github.com/google-gemini/gemini-cli/blob/main/docs/tools/mcp-server.md',
  },
  {
    name: 'claude',
    title: 'Claude',
    side: 'client',
    signs: [/\bclaude\b/i, /SDK auth failed: |Got new credentials, but reconnecting failed/],
    settings: {
      'registration-refused':
        'claude mcp add --transport http --client-id <client> --callback-port <port> <server> <url>',
      'redirect-uri':
        'claude mcp add --transport http --client-id <client> --callback-port <port> <server> <url>',
    },
    docs: 'https://code.claude.com/docs/en/mcp',
  },
  {
    name: 'cursor',
    title: 'Cursor',
    side: 'client',
    signs: [/\bcursor:\/\/|anysphere|\bCursor\b/],
    settings: {
      'registration-refused':
        'trust anysphere.cursor-mcp, www.cursor.com and localhost: one refused URI refuses the registration',
      'redirect-uri': 'allow cursor://anysphere.cursor-mcp/oauth/callback',
    },
    docs: 'https://cursor.com/docs/context/mcp',
  },
  {
    name: 'mcp-remote',
    title: 'mcp-remote',
    side: 'client',
    signs: [/mcp-remote|Using (?:existing client|automatically selected callback) port/],
    settings: {
      'registration-refused': `npx mcp-remote <url> --static-oauth-client-info '{"client_id":"<client>"}'`,
      'port-taken': 'npx mcp-remote <url> <another port>; or remove the lock file in ~/.mcp-auth',
      'client-unknown': 'remove ~/.mcp-auth',
      scope: `npx mcp-remote <url> --static-oauth-client-metadata '{"scope":"openid"}'`,
    },
    docs: 'https://github.com/geelen/mcp-remote',
  },
  {
    name: 'inspector',
    title: 'MCP Inspector',
    side: 'client',
    signs: [/MCP Inspector|MCPJam|modelcontextprotocol\/inspector/],
    settings: { 'port-taken': 'CLIENT_PORT=<port> SERVER_PORT=<port> npx @modelcontextprotocol/inspector' },
    docs: 'https://modelcontextprotocol.io/docs/tools/inspector',
  },
  {
    name: 'chat-host',
    title: 'LibreChat, Open WebUI, n8n',
    side: 'client',
    signs: [/librechat|\[MCPOAuth\]|open_webui|\bn8n\b|MCPManager/i],
    settings: {
      'registration-refused':
        'register the client yourself and write its id and secret into the OAuth settings of the server',
    },
    docs: 'https://www.librechat.ai/docs/features/mcp',
  },
  {
    name: 'agent-cli',
    title: 'OpenCode, Kiro, Goose',
    side: 'client',
    signs: [/\bopencode\b|:19876\/mcp|\bkiro\b|\bgoose\b|Error activating extension|No OAuth state saved/i],
    settings: {
      'registration-refused': 'trust the host of its callback: 127.0.0.1 and localhost',
    },
    docs: 'https://opencode.ai/docs/mcp-servers/',
  },
  {
    name: 'browser',
    title: 'Browser',
    side: 'client',
    signs: [
      /CORS policy|Cross-Origin Request Blocked|net::ERR_|\bERR_(?:CONNECTION|NAME_NOT|CERT_|TUNNEL)|NetworkError when/,
    ],
    settings: {},
    docs: 'https://developer.mozilla.org/en-US/docs/Web/HTTP/Guides/CORS',
  },
  {
    name: 'keycloak',
    title: 'Keycloak',
    side: 'keycloak',
    signs: [
      /\[org\.keycloak|KC-SERVICES|\bkc\.(?:sh|bat)\b|realmId="?|org\.keycloak\.(?:representations|quarkus|common)|\bKC_[A-Z]/,
    ],
    settings: {},
    docs: 'https://www.keycloak.org/guides',
  },
  {
    name: 'docker',
    title: 'Docker',
    side: 'machine',
    signs: [
      /\bdocker\b|Error response from daemon|driver failed programming|\bpodman\b|userland proxy|[Cc]ontainer exited/i,
    ],
    settings: {
      'host-unreachable':
        'in a container, host.docker.internal is the host (Linux: --add-host host.docker.internal:host-gateway)',
    },
    docs: 'https://docs.docker.com/engine/network/',
  },
  {
    name: 'jvm',
    title: 'JVM',
    side: 'keycloak',
    signs: [/JDWP|UnsupportedClassVersionError|java\.lang\.OutOfMemoryError|Java Runtime/],
    settings: {},
    docs: 'https://www.keycloak.org/server/configuration',
  },
]
