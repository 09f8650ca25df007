import { pbkdf2Sync, randomBytes } from 'node:crypto'

/**
 * Few, because the same files have the password in plain text: the realm file, the backup, the terminal. At the first
 * login Keycloak hashes the password again by its own policy.
 */
const ITERATIONS = 1000
const HASH_BYTES = 64
const SALT_BYTES = 16

interface PasswordCredential {
  readonly type?: string
  readonly value?: unknown
  readonly temporary?: boolean
}

/**
 * Replaces the passwords of a realm's users by their hashes. Keycloak's own Argon2 takes longer than the rest of a
 * user's import. A realm with a password policy stays unchanged, because Keycloak cannot check a hash against it.
 *
 * @see {@link https://www.keycloak.org/docs/latest/server_admin/index.html#password-policy-types Keycloak: hashing}
 */
export function withReadyHashes<Realm extends Readonly<Record<string, unknown>>>(realm: Realm): Realm {
  const { users, passwordPolicy } = realm
  if (!Array.isArray(users) || passwordPolicy) return realm
  return { ...realm, users: users.map(withReadyHash) }
}

function withReadyHash(user: { readonly credentials?: readonly PasswordCredential[] }) {
  if (!Array.isArray(user.credentials)) return user
  return { ...user, credentials: readyHashes(user.credentials) }
}

/** Replaces the passwords in a file's credentials by their hashes. */
export function readyHashes(credentials: readonly PasswordCredential[]) {
  return credentials.map(hashed)
}

function hashed(credential: PasswordCredential) {
  const { type, value, temporary } = credential
  if (type !== 'password' || typeof value !== 'string' || temporary) return credential
  const salt = randomBytes(SALT_BYTES)
  const hash = pbkdf2Sync(value, salt, ITERATIONS, HASH_BYTES, 'sha512')
  const { value: _plain, ...rest } = credential
  return {
    ...rest,
    credentialData: JSON.stringify({ hashIterations: ITERATIONS, algorithm: 'pbkdf2-sha512' }),
    secretData: JSON.stringify({ value: hash.toString('base64'), salt: salt.toString('base64') }),
  }
}
