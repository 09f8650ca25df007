import type { SnippetTarget } from '../config/snippet.ts'
import { printableJson } from '../printable.ts'
import type { ServerProfile, ServerSigns } from './server-profile.ts'

/** Writes a value as TypeScript. */
export function quoted(value: string | readonly string[]): string {
  if (typeof value === 'string') return printableJson(value)
  return `[${value.map((one) => printableJson(one)).join(', ')}]`
}

/** The note on old versions of Node, which do not run TypeScript. */
export const NODE_NOTE = 'Requires Node 22.18 or later. On an older Node, run `npx tsx server.mts`.'

/** The refusal of `requireBearerAuth` of the TypeScript SDK on Express. */
export function isTypescriptSdk({ headers, refusal }: ServerSigns): boolean {
  return headers.get('x-powered-by') === 'Express' && refusal.includes('"error_description"')
}

/** The edits for a server that verifies its tokens with jose. */
export const joseFixes: NonNullable<ServerProfile['fixes']> = ({ mcpUrl, issuer, scopes }) => ({
  aud: `add audience: ${quoted(mcpUrl)} to the options of jwtVerify(token, keys, { … })`,
  iss: `add issuer: ${quoted(issuer)} to the options of jwtVerify(token, keys, { … })`,
  exp: 'add requiredClaims: ["exp"] to the options of jwtVerify, and return expiresAt: payload.exp in the AuthInfo',
  time: 'add requiredClaims: ["exp"] to the options of jwtVerify, which also checks "nbf"',
  scope: `add requiredScopes: ${JSON.stringify(scopes)} to requireBearerAuth({ … })`,
  sig: `verify with createRemoteJWKSet(new URL(${quoted(`${issuer}/protocol/openid-connect/certs`)})) and jwtVerify; decodeJwt alone checks nothing`,
})

/** Writes the function that verifies a token. */
export function verifyAccessToken({ tokenAlgorithm = 'RS256' }: SnippetTarget, invalidToken: string): string {
  return `const keys = createRemoteJWKSet(new URL(\`\${ISSUER}/protocol/openid-connect/certs\`));

async function verifyAccessToken(token: string): Promise<AuthInfo> {
  try {
    const { payload } = await jwtVerify(token, keys, {
      issuer: ISSUER,
      audience: AUDIENCE,
      algorithms: [${quoted(tokenAlgorithm)}],
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
    if (error instanceof errors.JOSEError) throw ${invalidToken};
    throw error;
  }
}

function claimsOf(authInfo: AuthInfo | undefined): Record<string, any> {
  return (authInfo?.extra?.claims ?? {}) as Record<string, any>;
}`
}

/** Writes the tool that shows the user. */
export function whoamiTool(authInfo: string, parameter: string): string {
  return `  server.registerTool(
    "whoami",
    { description: "Show who is logged in, from the claims of the access token." },
    (${parameter}) => {
      const { sub, preferred_username, azp, scope, realm_access } = claimsOf(${authInfo});
      const user = { subject: sub, username: preferred_username, client: azp, scope, roles: realm_access?.roles ?? [] };
      return { content: [{ type: "text", text: JSON.stringify(user) }] };
    },
  );`
}

/** Writes the end of a server on Express. */
export function listen(port: number, host: string): string {
  return `app.listen(${port}, ${quoted(host)}, (error) => {
  if (error) throw error;
  console.log(\`\${AUDIENCE} is ready\`);
});`
}

/** Writes the route of the metadata (RFC 9728). */
export function metadataRoute(scopes: string): string {
  return `app.get(new URL(resourceMetadataUrl).pathname, (_req, res) => {
  res.set("Access-Control-Allow-Origin", "*").json({
    resource: AUDIENCE,
    authorization_servers: [ISSUER],
    scopes_supported: ${scopes},
    bearer_methods_supported: ["header"],
  });
});`
}
