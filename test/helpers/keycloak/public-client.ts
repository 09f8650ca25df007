/** A redirect URI on loopback, where nothing listens. */
export const REDIRECT = 'http://localhost:3117/callback'

/** The registration of a public client that logs users in. */
export const PUBLIC_CLIENT = {
  redirect_uris: [REDIRECT],
  token_endpoint_auth_method: 'none',
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
}
