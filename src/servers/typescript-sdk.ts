import type { SnippetTarget } from '../config/snippet.ts'
import { printableJson } from '../printable.ts'
import { listenAddress } from './listen-address.ts'
import type { ServerProfile } from './server-profile.ts'

/** The official TypeScript SDK 1.x on Express, with jose for the tokens. */
export const typescriptSdk: ServerProfile = {
  name: 'typescript-sdk',
  title: 'TypeScript SDK',
  testedVersion: '1.32.2',
  shows: ({ headers, refusal }) =>
    headers.get('x-powered-by') === 'Express' && refusal.includes('"error_description"'),
  fixes: ({ mcpUrl, issuer, scopes }) => ({
    aud: `add audience: ${quoted(mcpUrl)} to the options of jwtVerify(token, keys, { … })`,
    iss: `add issuer: ${quoted(issuer)} to the options of jwtVerify(token, keys, { … })`,
    exp: 'add requiredClaims: ["exp"] to the options of jwtVerify, and return expiresAt: payload.exp in the AuthInfo',
    scope: `add requiredScopes: ${JSON.stringify(scopes)} to requireBearerAuth({ … })`,
    sig: `verify with createRemoteJWKSet(new URL(${quoted(`${issuer}/protocol/openid-connect/certs`)})) and jwtVerify; decodeJwt alone checks nothing`,
  }),
  rebindingFix: () =>
    'create the app with createMcpExpressApp({ host, allowedHosts }), and answer 403 to a foreign Origin in app.use(…)',
  snippets: (target) => {
    const { note } = listenAddress(target.mcpUrl)
    return [
      {
        title: 'A server with login',
        language: 'typescript',
        code: server(target),
        file: 'server.mts',
        ...(note === undefined ? {} : { note }),
      },
      {
        title: 'Run it',
        language: 'sh',
        code: 'npm install @modelcontextprotocol/sdk@1 jose@6\nnode server.mts',
        note: 'Requires Node 22.18 or later. On an older Node, run `npx tsx server.mts`.',
      },
    ]
  },
}

function server({ mcpUrl, issuer, serverName }: SnippetTarget): string {
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
const REQUIRED_SCOPES = ["openid"];
const ALLOWED_PAGES = ["localhost", "127.0.0.1", "[::1]", MCP_URL.hostname];

const keys = createRemoteJWKSet(new URL(\`\${ISSUER}/protocol/openid-connect/certs\`));

async function verifyAccessToken(token: string): Promise<AuthInfo> {
  try {
    const { payload } = await jwtVerify(token, keys, {
      issuer: ISSUER,
      audience: AUDIENCE,
      algorithms: ["RS256"],
      requiredClaims: ["sub", "exp"],
    });
    return {
      token,
      clientId: String(payload.azp),
      scopes: String(payload.scope ?? "").split(" "),
      expiresAt: payload.exp,
      extra: { claims: payload },
    };
  } catch (error) {
    console.error("Token refused:", error instanceof Error ? error.message : error);
    if (error instanceof errors.JOSEError) throw new InvalidTokenError("Not a valid token for this server");
    throw error;
  }
}

function claimsOf(authInfo: AuthInfo | undefined): Record<string, any> {
  return (authInfo?.extra?.claims ?? {}) as Record<string, any>;
}

function createServer(): McpServer {
  const server = new McpServer({ name: ${quoted(serverName)}, version: "1.0.0" });

  server.registerTool(
    "whoami",
    { description: "Show who is logged in, from the claims of the access token." },
    ({ authInfo }) => {
      const { sub, preferred_username, azp, scope, realm_access } = claimsOf(authInfo);
      const user = { subject: sub, username: preferred_username, client: azp, scope, roles: realm_access?.roles ?? [] };
      return { content: [{ type: "text", text: JSON.stringify(user) }] };
    },
  );

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

app.get(new URL(resourceMetadataUrl).pathname, (_req, res) => {
  res.set("Access-Control-Allow-Origin", "*").json({
    resource: AUDIENCE,
    authorization_servers: [ISSUER],
    scopes_supported: REQUIRED_SCOPES,
    bearer_methods_supported: ["header"],
  });
});

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

app.listen(${port}, ${quoted(host)}, (error) => {
  if (error) throw error;
  console.log(\`\${AUDIENCE} is ready\`);
});`
}

function quoted(value: string): string {
  return printableJson(value)
}
