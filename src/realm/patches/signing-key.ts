import type { Realm, RealmPatch } from '../schema.ts'

/** The name of the key that mcp-keycloak gives to a realm. */
export const OUR_KEY = 'mcp-keycloak'

/** The name of the key that signs bad tokens in a realm with keys of its own. The realm signs nothing with it. */
export const BAD_TOKEN_KEY = 'mcp-keycloak-bad-tokens'

/** The component type under which a realm keeps its keys. */
export const KEY_PROVIDER = 'org.keycloak.keys.KeyProvider'

/**
 * Keys for data that only Keycloak reads: cookies, codes, refresh tokens. Keycloak does not create them with a realm
 * that brings its own key, but on first use. Several clients at once then get different keys: "Your login attempt timed
 * out".
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
 * Gives the realm the key that it signs tokens with (RS256). A realm file with its own keys keeps them. The same key
 * has the same `kid`: a server that has cached the realm's keys continues after a reset. Keycloak also saves the
 * seconds for generating four keys.
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

/** Keycloak's algorithm for tokens. A realm can choose another one. */
export const DEFAULT_ALGORITHM = 'RS256'

/** The algorithm of the realm's tokens; `undefined` for the default, which every server library expects. */
export function unusualAlgorithm({ defaultSignatureAlgorithm: algorithm }: Realm): string | undefined {
  return typeof algorithm === 'string' && !['', DEFAULT_ALGORITHM].includes(algorithm) ? algorithm : undefined
}

/** The private keys in a realm file. */
export function privateKeys(realm: Realm): readonly string[] {
  return (realm.components?.[KEY_PROVIDER] ?? []).flatMap(({ config }) => {
    const { privateKey = [] } = (config ?? {}) as { readonly privateKey?: readonly string[] }
    return privateKey
  })
}
