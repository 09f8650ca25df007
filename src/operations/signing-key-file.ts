import { generateKeyPair } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

/**
 * The private key that a realm signs with: made once, kept readable by its owner alone, and never shipped.
 *
 * @param folder where things of the realm's server are kept
 * @returns PKCS#8 PEM, RSA 2048
 */
export async function signingKeyFile(folder: string, realm: string): Promise<string> {
  const file = join(folder, 'keys', `${realm}.pem`)
  const kept = await readFile(file, 'utf8').catch(() => undefined)
  if (kept !== undefined) return kept
  const privateKey = await newSigningKey()
  await mkdir(join(folder, 'keys'), { recursive: true, mode: 0o700 })
  await writeFile(file, privateKey, { mode: 0o600 })
  return privateKey
}

/** A key that nobody has yet: PKCS#8 PEM, RSA 2048. */
export async function newSigningKey(): Promise<string> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  return privateKey
}
