import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto'

import { command } from '../../config/command.ts'
import type { Json } from '../overlay.ts'
import { KEY_PROVIDER, unusualAlgorithm } from '../patches/signing-key.ts'
import { withValues } from '../placeholders.ts'
import type { Realm } from '../schema.ts'
import type { Need } from './need.ts'

/** Bits of the shortest RSA key that may sign (RFC 7518, section 3.3). */
const FEWEST_BITS = 2048

/** Keycloak's providers of RSA keys that sign. */
const RSA_PROVIDERS = ['rsa', 'rsa-generated']

/** An RSA key that may sign tokens. */
interface RsaKey {
  readonly name: string
  readonly priority: number
  /** `undefined` for a key that the realm does not show. */
  readonly bits: number | undefined
}

/** The key that signs tokens is long enough. */
export const longKey: Need = {
  name: 'signing-key',
  title: 'Signing key',
  severity: 'required',
  reason: 'Libraries of MCP servers refuse an RSA key of less than 2,048 bits, and so every token.',
  url: 'https://www.rfc-editor.org/rfc/rfc7518.html#section-3.3',
  lacking: (realm) => {
    const [key] = rsaKeys(realm)
    return key?.bits !== undefined && key.bits < FEWEST_BITS
      ? [`the key "${key.name}", which signs tokens, has ${key.bits} bits`]
      : []
  },
  meet: (realm) => {
    const others = realm.components?.[KEY_PROVIDER] ?? []
    const priority = Math.max(...rsaKeys(realm).map((key) => key.priority)) + 100
    const config = { priority: [String(priority)], keySize: [String(FEWEST_BITS)] }
    const added = { name: `rsa-generated (${FEWEST_BITS})`, providerId: 'rsa-generated', config }
    return { ...realm, components: { ...realm.components, [KEY_PROVIDER]: [...others, added] } }
  },
}

/** The tokens have the algorithm that servers expect. */
export const usualAlgorithm: Need = {
  name: 'token-algorithm',
  title: 'Token algorithm',
  severity: 'advised',
  reason:
    "FastMCP's KeycloakAuthProvider, and others by default, accept only tokens that are signed with RS256.",
  url: 'https://www.keycloak.org/docs/latest/server_admin/#_client_advanced_settings',
  lacking: (realm) => {
    const algorithm = unusualAlgorithm(realm)
    return algorithm === undefined ? [] : [`the realm signs tokens with ${algorithm}`]
  },
  advice: () => `Name the algorithm in the MCP server, as these servers do: ${command('snippets')}`,
}

/** The RSA keys of a realm, the one that signs first. */
function rsaKeys(file: Realm): readonly RsaKey[] {
  const realm = withValues(file, file)
  const components = (realm.components?.[KEY_PROVIDER] ?? []) as readonly Json[]
  const keys = components
    .filter(({ providerId }) => RSA_PROVIDERS.includes(String(providerId)))
    .map(({ name, providerId, config }) => {
      const setting = (key: string) => [(config as Json | undefined)?.[key] ?? []].flat()[0] as unknown
      return { name: String(name ?? providerId), setting }
    })
    .filter(({ setting }) => setting('enabled') !== 'false' && setting('active') !== 'false')
    .map(({ name, setting }) => ({
      name,
      priority: Number(setting('priority') ?? 0),
      bits: Number(setting('keySize')) || bitsOf(setting('certificate'), setting('privateKey')),
    }))
  if (components.length > 0) return keys.sort((one, other) => other.priority - one.priority)
  // Exports of Keycloak 1.x have one key at the top.
  const { privateKey, certificate } = realm
  return privateKey === undefined
    ? []
    : [{ name: 'privateKey', priority: 100, bits: bitsOf(certificate, privateKey) }]
}

/** The bits of a key, from texts with or without the lines of PEM. */
function bitsOf(certificate: unknown, privateKey: unknown): number | undefined {
  const der = (text: unknown) => Buffer.from(String(text ?? '').replace(/-----[^-]+-----/g, ''), 'base64')
  const key = parsed(() => new X509Certificate(der(certificate)).publicKey) ?? privateKeyOf(der(privateKey))
  return key?.asymmetricKeyDetails?.modulusLength
}

function privateKeyOf(der: Buffer) {
  return (['pkcs8', 'pkcs1'] as const)
    .map((type) => parsed(() => createPublicKey(createPrivateKey({ key: der, format: 'der', type }))))
    .find((key) => key !== undefined)
}

function parsed<Key>(read: () => Key): Key | undefined {
  try {
    return read()
  } catch {
    return undefined // masked, or not a key
  }
}
