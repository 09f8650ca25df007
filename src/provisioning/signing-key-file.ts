import { createPrivateKey, generateKeyPair } from 'node:crypto'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { readIfThere, writePrivateFile } from '../runtime/state/private-file.ts'

/**
 * Creates a realm with its private key: the one of this machine, or a new one. The key is readable by its owner alone,
 * and never shipped. A new key has a temporary name until the realm exists, because a key without a realm is the sign of
 * a lost realm.
 *
 * @param folder the folder of the realm's server
 * @param create gets the key: PKCS#8 PEM, RSA 2048
 * @throws {McpKeycloakError} `STATE_UNWRITABLE`; the errors of `create`
 */
export async function withSigningKey(
  folder: string,
  realm: string,
  create: (privateKey: string) => Promise<void>,
): Promise<void> {
  const kept = await readSigningKey(folder, realm)
  const privateKey = kept ?? (await newSigningKey())
  if (kept === undefined) await writePrivateFile(newKeyPath(folder, realm), privateKey)
  await create(privateKey)
  await keepSigningKey(folder, realm)
}

/** Gives the key of a realm that now exists its final name. Does nothing when it has it. */
export async function keepSigningKey(folder: string, realm: string): Promise<void> {
  const privateKey = await readIfThere(newKeyPath(folder, realm))
  if (privateKey === undefined) return
  if (!(await hasKeptKey(folder, realm))) await writeSigningKey(folder, realm, privateKey)
  await rm(newKeyPath(folder, realm), { force: true })
}

/** Names of the realms that were created on the instance in this folder. */
export async function keptRealms(folder: string): Promise<readonly string[]> {
  const files = await readdir(join(folder, 'keys')).catch(() => [])
  return files.filter((file) => file.endsWith('.pem')).map((file) => file.slice(0, -'.pem'.length))
}

/** Whether this machine has the key of a realm that was once created. */
export async function hasKeptKey(folder: string, realm: string): Promise<boolean> {
  return (await readIfThere(signingKeyPath(folder, realm))) !== undefined
}

/** Removes the key of a realm that is not created again. */
export async function removeSigningKey(folder: string, realm: string): Promise<void> {
  for (const path of [
    signingKeyPath(folder, realm),
    newKeyPath(folder, realm),
    badTokenKeyPath(folder, realm),
  ])
    await rm(path, { force: true })
}

/**
 * Reads a realm's key on this machine; returns `undefined` when there is none.
 *
 * @throws {McpKeycloakError} `STATE_UNWRITABLE` when it cannot be read
 */
export async function readSigningKey(folder: string, realm: string): Promise<string | undefined> {
  return (await readIfThere(signingKeyPath(folder, realm))) ?? readIfThere(newKeyPath(folder, realm))
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

/**
 * Reads the key of this machine that signs bad tokens in a realm with keys of its own; creates it when there is none of
 * that kind.
 *
 * @throws {McpKeycloakError} `STATE_UNWRITABLE`
 */
export async function badTokenKey(folder: string, realm: string, kind: KeyKind): Promise<string> {
  const path = badTokenKeyPath(folder, realm)
  const kept = await readIfThere(path)
  if (kept !== undefined && kindOf(kept) === kind) return kept
  const created = await newKey(kind)
  await writePrivateFile(path, created)
  return created
}

function badTokenKeyPath(folder: string, realm: string): string {
  return `${signingKeyPath(folder, realm)}.bad-tokens`
}

function newKeyPath(folder: string, realm: string): string {
  return `${signingKeyPath(folder, realm)}.new`
}

/** Generates a new key: PKCS#8 PEM, RSA 2048. */
export function newSigningKey(): Promise<string> {
  return newKey('rsa')
}

/** The kinds of keys that sign tokens; of an elliptic key with its curve. */
export type KeyKind = 'rsa' | 'P-256' | 'P-384' | 'P-521' | 'ed25519'

async function newKey(kind: KeyKind): Promise<string> {
  const { privateKey } =
    kind === 'rsa'
      ? await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })
      : kind === 'ed25519'
        ? await promisify(generateKeyPair)('ed25519')
        : await promisify(generateKeyPair)('ec', { namedCurve: kind })
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
}

function kindOf(privateKeyPem: string): KeyKind | undefined {
  const { asymmetricKeyType, asymmetricKeyDetails } = createPrivateKey(privateKeyPem)
  if (asymmetricKeyType === 'rsa' || asymmetricKeyType === 'ed25519') return asymmetricKeyType
  const curves = { prime256v1: 'P-256', secp384r1: 'P-384', secp521r1: 'P-521' } as const
  return curves[asymmetricKeyDetails?.namedCurve as keyof typeof curves]
}
