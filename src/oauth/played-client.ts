import type { ClientMetadata } from './register.ts'

/** Nothing listens there: a played login stops at the redirect. */
export const PLAYED_REDIRECT_URI = 'http://localhost:3117/callback'

/**
 * What a played MCP client registers with: public, by authorization code, as most programs do.
 *
 * @param scope space-separated; left out when it is empty, as the SDKs do
 */
export function playedClient(name: string, scope: string): ClientMetadata {
  return {
    client_name: name,
    redirect_uris: [PLAYED_REDIRECT_URI],
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    ...(scope && { scope }),
  }
}
