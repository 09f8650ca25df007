import { generateKeyPair } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { writePrivateFile } from '../runtime/private-file.ts'

/**
 * The private key that a realm signs with: made once, kept readable by its owner alone, and never shipped.
 *
 * @param folder where things of the realm's server are kept
 * @returns PKCS#8 PEM, RSA 2048
 * @throws {McpKeycloakError} `STATE_UNWRITABLE`
 */
export async function signingKeyFile(folder: string, realm: string): Promise<string> {
  const file = keyFile(folder, realm)
  const kept = await readFile(file, 'utf8').catch(() => undefined)
  if (kept !== undefined) return kept
  const privateKey = await newSigningKey()
  await writePrivateFile(file, privateKey)
  return privateKey
}

/** Removes the key of a realm that nobody makes again. */
export async function removeSigningKey(folder: string, realm: string): Promise<void> {
  await rm(keyFile(folder, realm), { force: true })
}

function keyFile(folder: string, realm: string): string {
  return join(folder, 'keys', `${realm}.pem`)
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
