import type { Realm, RealmPatch } from '../schema.ts'

/** Name of the key that we give to a realm. */
export const OUR_KEY = 'mcp-keycloak'

/** The component type under which a realm keeps its keys. */
export const KEY_PROVIDER = 'org.keycloak.keys.KeyProvider'

/**
 * Keys of what Keycloak alone reads: cookies, codes, refresh tokens. A realm that brings a key of its own gets none of
 * them at its making, but when the first is needed, and each of several clients at once then gets another: "Your login
 * attempt timed out".
 */
const INTERNAL_KEYS = [
  {
    name: 'hmac-generated-hs512',
    providerId: 'hmac-generated',
    config: { priority: ['100'], algorithm: ['HS512'] },
  },
  { name: 'aes-generated', providerId: 'aes-generated', config: { priority: ['100'] } },
]

/**
 * Gives the realm the key that it signs tokens with (RS256); a realm file that brings keys of its own keeps them.
 * The same key has the same `kid`, so that a server that has cached the realm's keys goes on after the realm was made
 * anew; and Keycloak does not spend seconds on generating four keys.
 *
 * @param privateKeyPem PKCS#8
 * @see {@link https://www.keycloak.org/docs/latest/server_admin/index.html#realm_keys Keycloak: realm keys}
 */
export function signingKey(privateKeyPem: string): RealmPatch {
  return (realm) => {
    if (realm.components?.[KEY_PROVIDER]) return realm
    const config = { priority: ['200'], algorithm: ['RS256'], privateKey: [privateKeyPem] }
    const component = { name: OUR_KEY, providerId: 'rsa', subComponents: {}, config }
    return { ...realm, components: { ...realm.components, [KEY_PROVIDER]: [component, ...INTERNAL_KEYS] } }
  }
}

/** The private keys that a realm file states. */
export function privateKeys(realm: Realm): readonly string[] {
  return (realm.components?.[KEY_PROVIDER] ?? []).flatMap(({ config }) => {
    const { privateKey = [] } = (config ?? {}) as { readonly privateKey?: readonly string[] }
    return privateKey
  })
}
