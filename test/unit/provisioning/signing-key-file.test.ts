import { createPrivateKey } from 'node:crypto'
import { mkdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

import { expect, it } from 'vitest'

import {
  hasKeptKey,
  keepSigningKey,
  readSigningKey,
  removeSigningKey,
  signingKeyPath,
  withSigningKey,
  writeSigningKey,
} from '../../../src/provisioning/signing-key-file.ts'
import { refusal } from '../support/refusal.ts'
import { tempFolder } from '../support/temp-folder.ts'

/** Creates a realm, and returns the key that it was created with. */
async function keyOf(folder: string, realm: string): Promise<string> {
  let used = ''
  await withSigningKey(folder, realm, async (key) => {
    used = key
  })
  return used
}

it('makes a key once for a realm, readable by its owner alone', async () => {
  const folder = await tempFolder()
  const key = await keyOf(folder, 'fastmcp')
  expect(createPrivateKey(key).asymmetricKeyDetails).toMatchObject({ modulusLength: 2048 })
  expect(await keyOf(folder, 'fastmcp')).toBe(key)
  expect(await keyOf(folder, 'shop')).not.toBe(key)
  expect((await stat(join(folder, 'keys', 'fastmcp.pem'))).mode & 0o077).toBe(0)
})

it('reads a key without making one, and puts another in its place', async () => {
  const folder = await tempFolder()
  expect(await readSigningKey(folder, 'fastmcp')).toBeUndefined()
  expect(await readSigningKey(folder, 'fastmcp')).toBeUndefined()
  await writeSigningKey(folder, 'fastmcp', 'PEM')
  expect(await readSigningKey(folder, 'fastmcp')).toBe('PEM')
})

it('an unreadable signing key is an error, not a missing key', async () => {
  const folder = await tempFolder()
  await mkdir(signingKeyPath(folder, 'fastmcp'), { recursive: true })
  expect(await refusal(() => keyOf(folder, 'fastmcp'))).toMatchObject({ code: 'STATE_UNWRITABLE' })
})

it('is removed with its realm, and is then another', async () => {
  const folder = await tempFolder()
  const key = await keyOf(folder, 'fastmcp')
  await removeSigningKey(folder, 'fastmcp')
  await removeSigningKey(folder, 'fastmcp')
  expect(await keyOf(folder, 'fastmcp')).not.toBe(key)
})

it('a new signing key is kept once the realm exists, and reused after a failure', async () => {
  const folder = await tempFolder()
  let tried = ''
  const failing = withSigningKey(folder, 'fastmcp', async (key) => {
    tried = key
    throw new Error('killed')
  })
  await expect(failing).rejects.toThrow('killed')
  expect([await hasKeptKey(folder, 'fastmcp'), await readSigningKey(folder, 'fastmcp')]).toEqual([
    false,
    tried,
  ])
  expect(await keyOf(folder, 'fastmcp')).toBe(tried)
  expect(await hasKeptKey(folder, 'fastmcp')).toBe(true)
})

it('keeps the key of a realm whose creation another command finishes', async () => {
  const folder = await tempFolder()
  await withSigningKey(folder, 'fastmcp', () => Promise.reject(new Error('killed'))).catch(() => {})
  const key = await readSigningKey(folder, 'fastmcp')
  await keepSigningKey(folder, 'fastmcp')
  await keepSigningKey(folder, 'fastmcp')
  expect([await hasKeptKey(folder, 'fastmcp'), await readSigningKey(folder, 'fastmcp')]).toEqual([true, key])
})
