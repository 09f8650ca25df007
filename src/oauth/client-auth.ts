import { type ClientAuth, ClientSecretBasic, ClientSecretPost, None } from 'oauth4webapi'

import type { RegisteredClient } from './register.ts'

/**
 * How a client says who it is at the token endpoint: as it registered to do.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749.html#section-2.3 RFC 6749 §2.3}
 */
export function clientAuth(client: RegisteredClient): ClientAuth {
  const { client_secret: secret, token_endpoint_auth_method: method } = client
  if (!secret) return None()
  return method === 'client_secret_post' ? ClientSecretPost(secret) : ClientSecretBasic(secret)
}
