import { createPrivateKey } from 'node:crypto'
import { mkdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

import { expect, it } from 'vitest'

import {
  readSigningKey,
  removeSigningKey,
  signingKeyFile,
  signingKeyPath,
  writeSigningKey,
} from '../../../src/provisioning/signing-key-file.ts'
import { refusal } from '../support/refusal.ts'
import { tempFolder } from '../support/temp-folder.ts'

it('makes a key once for a realm, readable by its owner alone', async () => {
  const folder = await tempFolder()
  const key = await signingKeyFile(folder, 'fastmcp')
  expect(createPrivateKey(key).asymmetricKeyDetails).toMatchObject({ modulusLength: 2048 })
  expect(await signingKeyFile(folder, 'fastmcp')).toBe(key)
  expect(await signingKeyFile(folder, 'shop')).not.toBe(key)
  expect((await stat(join(folder, 'keys', 'fastmcp.pem'))).mode & 0o077).toBe(0)
})

it('reads a key without making one, and puts another in its place', async () => {
  const folder = await tempFolder()
  expect(await readSigningKey(folder, 'fastmcp')).toBeUndefined()
  expect(await readSigningKey(folder, 'fastmcp')).toBeUndefined()
  await writeSigningKey(folder, 'fastmcp', 'PEM')
  expect(await readSigningKey(folder, 'fastmcp')).toBe('PEM')
})

it('does not take a key that cannot be read for one that is not there', async () => {
  const folder = await tempFolder()
  await mkdir(signingKeyPath(folder, 'fastmcp'), { recursive: true })
  expect(await refusal(() => signingKeyFile(folder, 'fastmcp'))).toMatchObject({ code: 'STATE_UNWRITABLE' })
})

it('is removed with its realm, and is then another', async () => {
  const folder = await tempFolder()
  const key = await signingKeyFile(folder, 'fastmcp')
  await removeSigningKey(folder, 'fastmcp')
  await removeSigningKey(folder, 'fastmcp')
  expect(await signingKeyFile(folder, 'fastmcp')).not.toBe(key)
})
