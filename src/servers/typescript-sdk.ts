import type { SnippetTarget } from '../config/snippet.ts'
import { listenAddress } from './listen-address.ts'
import { serverScopes } from './scopes.ts'
import type { ServerProfile } from './server-profile.ts'
import { serverSnippet } from './server-snippet.ts'
import {
  isTypescriptSdk,
  joseFixes,
  listen,
  metadataRoute,
  NODE_NOTE,
  quoted,
  verifyAccessToken,
  whoamiTool,
} from './typescript-parts.ts'

/** The official TypeScript SDK 1.x on Express, with jose for the tokens. */
export const typescriptSdk: ServerProfile = {
  name: 'typescript-sdk',
  title: 'TypeScript SDK',
  testedVersion: '1.32.2',
  shows: (signs) => isTypescriptSdk(signs) && !signs.isModern,
  fixes: joseFixes,
  rebindingFix: () =>
    'create the app with createMcpExpressApp({ host, allowedHosts }), and answer 403 to a foreign Origin in app.use(…)',
  snippets: (target) => [
    serverSnippet(target, 'A server with login', server(target), 'server.mts'),
    {
      title: 'Run it',
      language: 'sh',
      code: 'npm install @modelcontextprotocol/sdk@1 jose@6\nnode server.mts',
      note: NODE_NOTE,
    },
  ],
}

function server(target: SnippetTarget): string {
  const { mcpUrl, issuer, serverName } = target
  const { host, port, publicHost } = listenAddress(mcpUrl)
  const allowedHosts = publicHost === undefined ? '' : `, allowedHosts: [${quoted(publicHost)}]`
  return `import { InvalidTokenError } from "@modelcontextprotocol/sdk/server/auth/errors.js";
import { requireBearerAuth } from "@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js";
import { getOAuthProtectedResourceMetadataUrl } from "@modelcontextprotocol/sdk/server/auth/router.js";
import type { AuthInfo } from "@modelcontextprotocol/sdk/server/auth/types.js";
import { createMcpExpressApp } from "@modelcontextprotocol/sdk/server/express.js";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import { createRemoteJWKSet, errors, jwtVerify } from "jose";

const MCP_URL = new URL(${quoted(mcpUrl)});
const AUDIENCE = ${quoted(mcpUrl)};
const ISSUER = ${quoted(issuer)};
const REQUIRED_SCOPES = ${quoted(serverScopes(target))};
const ALLOWED_PAGES = ["localhost", "127.0.0.1", "[::1]", MCP_URL.hostname];

${verifyAccessToken(target, 'new InvalidTokenError("Not a valid token for this server")')}

function createServer(): McpServer {
  const server = new McpServer({ name: ${quoted(serverName)}, version: "1.0.0" });

${whoamiTool('authInfo', '{ authInfo }')}

  server.registerTool(
    "admin_only",
    { description: 'Greet users who have the realm role "admin"; refuse everybody else.' },
    ({ authInfo }) => {
      if (!claimsOf(authInfo).realm_access?.roles?.includes("admin")) {
        throw new Error('Only users with the realm role "admin" may call this tool.');
      }
      return { content: [{ type: "text", text: "Hello, admin." }] };
    },
  );

  return server;
}

const resourceMetadataUrl = getOAuthProtectedResourceMetadataUrl(MCP_URL);
const requireToken = requireBearerAuth({
  verifier: { verifyAccessToken },
  requiredScopes: REQUIRED_SCOPES,
  resourceMetadataUrl,
});
const app = createMcpExpressApp({ host: ${quoted(host)}${allowedHosts} });

${metadataRoute('REQUIRED_SCOPES')}

// Foreign web pages are refused (DNS rebinding).
app.use((req, res, next) => {
  const { origin } = req.headers;
  const { hostname = "" } = (origin && URL.parse(origin)) || {};
  if (origin === undefined || ALLOWED_PAGES.includes(hostname)) next();
  else res.status(403).end();
});

app.post(MCP_URL.pathname, requireToken, async (req, res) => {
  const server = createServer();
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined });
  res.on("close", () => {
    void transport.close();
    void server.close();
  });
  await server.connect(transport);
  await transport.handleRequest(req, res, req.body);
});

// A server without sessions has no stream to open and no session to end.
app.all(MCP_URL.pathname, requireToken, (_req, res) => {
  res.status(405).set("Allow", "POST").end();
});

${listen(port, host)}`
}
