import { generateKeyPair, pbkdf2, randomBytes, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'

import { buildKey, type ServerBuild } from '../config/server.ts'
import type { AdminCredentials } from './state/admin-credentials.ts'

/** Keycloak's database file. */
export const DATABASE_FILE = 'keycloakdb.mv.db'

/** The script that `start-keycloak.sh` runs once in the database of a new server. */
export const FIRST_START_FILE = 'first-start.sql'

/** A line in the output of {@link TEMPLATE_SQL} for a database that is exactly a new one. */
export const TEMPLATE_SIGN = 'realms 1 users 1 versions 1 keys 6 secrets 0 sessions 0'

/** Rounds for the hash of a random password of 144 bits. Keycloak hashes it again at the first login. */
const ROUNDS = 10_000

/** The folder for the template of servers like this one, on every runtime: a database with realm master alone. */
export function templateFolder(build: ServerBuild, cache: string): string {
  return join(cache, `database-${build.version}-${buildKey(build)}`)
}

/** Turns a copy of a new database into a template. Removes keys, passwords and sessions, also from what H2 has deleted. */
export const TEMPLATE_SQL = `UPDATE COMPONENT_CONFIG SET "VALUE" = '' WHERE NAME IN ('privateKey', 'secret', 'kid');
DELETE FROM COMPONENT_CONFIG WHERE NAME = 'certificate';
DELETE FROM CREDENTIAL;
DELETE FROM OFFLINE_CLIENT_SESSION;
DELETE FROM OFFLINE_USER_SESSION;
SELECT 'realms ' || (SELECT COUNT(*) FROM REALM) || ' users ' || (SELECT COUNT(*) FROM USER_ENTITY)
  || ' versions ' || (SELECT COUNT(*) FROM MIGRATION_MODEL)
  || ' keys ' || (SELECT COUNT(*) FROM COMPONENT_CONFIG WHERE "VALUE" = '')
  || ' secrets ' || (SELECT COUNT(*) FROM CLIENT WHERE SECRET IS NOT NULL)
  || ' sessions ' || (SELECT COUNT(*) FROM OFFLINE_USER_SESSION);
SHUTDOWN COMPACT;
`

/** H2 writes a commit to its file within half a second. A copy may lack the last one, or be torn. */
const WRITTEN_MS = 700
const ATTEMPTS = 3

/** Makes a template from a copy of a database in use, and tries again when the copy was taken too early. */
export async function fromSettledCopy(make: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await make()
    } catch (error) {
      if (attempt === ATTEMPTS) throw error
      await sleep(WRITTEN_MS)
    }
  }
}

/** Whether H2 says by the output of {@link TEMPLATE_SQL} that it has made a template. */
export function isTemplate(output: string): boolean {
  return output.split('\n').includes(`--> ${TEMPLATE_SIGN}`)
}

/**
 * Creates the script that gives a copy of the template its own keys and its administrator. Nothing of it is shared with
 * another server.
 */
export async function firstStartSql(admin: AdminCredentials): Promise<string> {
  const [signing, encryption, credential] = await Promise.all([rsaKey(), rsaKey(), hashed(admin.password)])
  const keys = [
    ['rsa-generated', { privateKey: signing }],
    ['rsa-enc-generated', { privateKey: encryption }],
    ['hmac-generated-hs512', { kid: randomUUID(), secret: randomBytes(128).toString('base64url') }],
    ['aes-generated', { kid: randomUUID(), secret: randomBytes(32).toString('base64url') }],
  ] as const
  const updates = keys.flatMap(([component, values]) =>
    Object.entries(values).map(
      ([name, value]) => `UPDATE COMPONENT_CONFIG SET "VALUE" = ${text(value)} WHERE NAME = ${text(name)}
  AND COMPONENT_ID = (SELECT ID FROM COMPONENT WHERE NAME = ${text(component)});`,
    ),
  )
  const now = Date.now()
  return `SET AUTOCOMMIT FALSE;
${updates.join('\n')}
UPDATE USER_ENTITY SET USERNAME = ${text(admin.username.toLowerCase())}, CREATED_TIMESTAMP = ${now};
INSERT INTO CREDENTIAL (ID, TYPE, USER_ID, CREATED_DATE, SECRET_DATA, CREDENTIAL_DATA, PRIORITY, VERSION)
  VALUES (${text(randomUUID())}, 'password', (SELECT ID FROM USER_ENTITY), ${now}, ${text(credential.secret)},
  ${text(credential.parameters)}, 10, 0);
COMMIT;
`
}

/** An RSA key in the form of Keycloak's database: base64 of PKCS#1. */
async function rsaKey(): Promise<string> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })
  return privateKey.export({ type: 'pkcs1', format: 'der' }).toString('base64')
}

/** A password's hash in the form of Keycloak's database. */
async function hashed(password: string) {
  const salt = randomBytes(16)
  const value = await promisify(pbkdf2)(password, salt, ROUNDS, 64, 'sha512')
  return {
    secret: JSON.stringify({
      value: value.toString('base64'),
      salt: salt.toString('base64'),
      additionalParameters: {},
    }),
    parameters: JSON.stringify({
      hashIterations: ROUNDS,
      algorithm: 'pbkdf2-sha512',
      additionalParameters: {},
    }),
  }
}

/** A string of SQL. */
function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`
}
