import { generateKeyPair } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { readIfThere, writePrivateFile } from '../runtime/state/private-file.ts'

/**
 * The private key that a realm signs with. It is generated once, readable by its owner alone, and never shipped.
 *
 * @param folder the folder of the realm's server
 * @returns PKCS#8 PEM, RSA 2048
 * @throws {McpKeycloakError} `STATE_UNWRITABLE`
 */
export async function signingKeyFile(folder: string, realm: string): Promise<string> {
  const kept = await readSigningKey(folder, realm)
  if (kept !== undefined) return kept
  const privateKey = await newSigningKey()
  await writeSigningKey(folder, realm, privateKey)
  return privateKey
}

/** Removes the key of a realm that is not created again. */
export async function removeSigningKey(folder: string, realm: string): Promise<void> {
  await rm(signingKeyPath(folder, realm), { force: true })
}

/**
 * Reads a realm's key on this machine; returns `undefined` when there is none.
 *
 * @throws {McpKeycloakError} `STATE_UNWRITABLE` when it cannot be read
 */
export async function readSigningKey(folder: string, realm: string): Promise<string | undefined> {
  return readIfThere(signingKeyPath(folder, realm))
}

/**
 * Stores the key that a realm signs with from now on.
 *
 * @throws {McpKeycloakError} `STATE_UNWRITABLE`
 */
export function writeSigningKey(folder: string, realm: string, privateKey: string): Promise<void> {
  return writePrivateFile(signingKeyPath(folder, realm), privateKey)
}

/** The path of a realm's key. */
export function signingKeyPath(folder: string, realm: string): string {
  return join(folder, 'keys', `${realm}.pem`)
}

/** Generates a new key: PKCS#8 PEM, RSA 2048. */
export async function newSigningKey(): Promise<string> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  return privateKey
}
