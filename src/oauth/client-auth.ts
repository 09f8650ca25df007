import { type ClientAuth, ClientSecretBasic, ClientSecretPost, None } from 'oauth4webapi'

import type { RegisteredClient } from './register.ts'

/**
 * Returns a client's authentication at the token endpoint, by the method that it registered with.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749.html#section-2.3 RFC 6749 §2.3}
 */
export function clientAuth(client: RegisteredClient): ClientAuth {
  const { client_secret: secret, token_endpoint_auth_method: method } = client
  if (!secret) return None()
  return method === 'client_secret_post' ? ClientSecretPost(secret) : ClientSecretBasic(secret)
}
