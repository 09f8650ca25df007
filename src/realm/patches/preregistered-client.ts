import type { PreregisteredClient } from '../../config/snippet.ts'
import type { Realm } from '../schema.ts'

const LOOPBACK_CALLBACK = /^http:\/\/localhost:(\d+)\/callback$/

/** The public client that a program may use without registering, if the realm has one with a fixed loopback redirect. */
export function preregisteredClient(realm: Realm): PreregisteredClient | undefined {
  for (const { clientId, publicClient, redirectUris = [] } of realm.clients ?? []) {
    const [redirect = '', ...others] = redirectUris
    const port = LOOPBACK_CALLBACK.exec(redirect)?.[1]
    if (publicClient && port && others.length === 0) return { clientId, callbackPort: Number(port) }
  }
  return undefined
}
