import { createPrivateKey } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'

import { expect, it } from 'vitest'

import { removeSigningKey, signingKeyFile } from '../../../src/operations/signing-key-file.ts'
import { tempFolder } from '../support/temp-folder.ts'

it('makes a key once for a realm, readable by its owner alone', async () => {
  const folder = await tempFolder()
  const key = await signingKeyFile(folder, 'fastmcp')
  expect(createPrivateKey(key).asymmetricKeyDetails).toMatchObject({ modulusLength: 2048 })
  expect(await signingKeyFile(folder, 'fastmcp')).toBe(key)
  expect(await signingKeyFile(folder, 'shop')).not.toBe(key)
  expect((await stat(join(folder, 'keys', 'fastmcp.pem'))).mode & 0o077).toBe(0)
})

it('is removed with its realm, and is then another', async () => {
  const folder = await tempFolder()
  const key = await signingKeyFile(folder, 'fastmcp')
  await removeSigningKey(folder, 'fastmcp')
  await removeSigningKey(folder, 'fastmcp')
  expect(await signingKeyFile(folder, 'fastmcp')).not.toBe(key)
})
