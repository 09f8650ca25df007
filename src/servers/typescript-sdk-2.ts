import type { SnippetTarget } from '../config/snippet.ts'
import { listenAddress } from './listen-address.ts'
import { REQUIRED_SCOPES, toolScopes } from './scopes.ts'
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

/** The official TypeScript SDK 2 on Express: both protocol eras, and a tool that needs a scope of its own. */
export const typescriptSdk2: ServerProfile = {
  name: 'typescript-sdk-2',
  title: 'TypeScript SDK 2',
  testedVersion: '2.4.0',
  shows: (signs) => isTypescriptSdk(signs) && signs.isModern,
  fixes: joseFixes,
  rebindingFix: () => 'create the app with createMcpExpressApp({ host, allowedHosts, allowedOrigins })',
  toolScopeFix: (scopes) => `add scopeChallenge: requireScopes(${scopes}) to the tool in registerTool(…)`,
  snippets: (target) => [
    serverSnippet(target, 'A server with login, and a tool that needs a scope', server(target), 'server.mts'),
    {
      title: 'Run it',
      language: 'sh',
      code: 'npm install @modelcontextprotocol/server @modelcontextprotocol/express @modelcontextprotocol/node express jose@6\nnode server.mts',
      note: NODE_NOTE,
    },
  ],
}

function server(target: SnippetTarget): string {
  const { mcpUrl, issuer, serverName } = target
  const { host, port, publicHost } = listenAddress(mcpUrl)
  const names = quoted(publicHost === undefined ? [] : [publicHost])
  const allowed = publicHost === undefined ? '' : `, allowedHosts: ${names}, allowedOrigins: ${names}`
  const scopes = [...REQUIRED_SCOPES, ...toolScopes(target)]
  return `import { createMcpExpressApp, getOAuthProtectedResourceMetadataUrl, requireBearerAuth } from "@modelcontextprotocol/express";
import { toNodeHandler } from "@modelcontextprotocol/node";
import { createMcpHandler, McpServer, OAuthError, OAuthErrorCode, requireScopes } from "@modelcontextprotocol/server";
import type { AuthInfo } from "@modelcontextprotocol/server";
import { createRemoteJWKSet, errors, jwtVerify } from "jose";

const MCP_URL = new URL(${quoted(mcpUrl)});
const AUDIENCE = ${quoted(mcpUrl)};
const ISSUER = ${quoted(issuer)};
const REQUIRED_SCOPES = ${quoted(REQUIRED_SCOPES)};
/** The tool "greet" requires all of them. */
const TOOL_SCOPES: [string, ...string[]] = ${quoted(scopes)};

${verifyAccessToken(target, 'new OAuthError(OAuthErrorCode.InvalidToken, "Not a valid token for this server")')}

const handler = createMcpHandler(() => {
  const server = new McpServer({ name: ${quoted(serverName)}, version: "1.0.0" });

${whoamiTool('http?.authInfo', '{ http }')}

  // A token without the scopes gets 403 "insufficient_scope", and the client logs in again.
  server.registerTool(
    "greet",
    { description: "Greet the user.", scopeChallenge: requireScopes(...TOOL_SCOPES) },
    ({ http }) => ({ content: [{ type: "text", text: \`Hello, \${claimsOf(http?.authInfo).sub}.\` }] }),
  );

  return server;
});

// On loopback, it refuses foreign web pages and host names (DNS rebinding).
const app = createMcpExpressApp({ host: ${quoted(host)}${allowed} });
const resourceMetadataUrl = getOAuthProtectedResourceMetadataUrl(MCP_URL);
const auth = { verifier: { verifyAccessToken }, resourceMetadataUrl };
const serve = toNodeHandler(handler);

${metadataRoute('TOOL_SCOPES')}

app.all(
  MCP_URL.pathname,
  // The 401 names no scope, so clients register for all in the metadata. Keycloak gives them no others later.
  requireBearerAuth(auth),
  requireBearerAuth({ ...auth, requiredScopes: REQUIRED_SCOPES }),
  (req, res) => serve(req, res, req.body),
);

${listen(port, host)}`
}
