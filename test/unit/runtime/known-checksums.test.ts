import { chown, readdir } from 'node:fs/promises'
import { join } from 'node:path'

import { expect, it } from 'vitest'

import { platformFolders } from '../../../src/config/folders.ts'
import { isKnownChecksum, rememberChecksum } from '../../../src/runtime/known-checksums.ts'
import { needs } from '../../helpers/suite/needs.ts'
import { ownPlatformFolders } from '../support/own-home.ts'

const SHA256 = 'a'.repeat(64)

it('a checksum is known after it was recorded, for its name alone', async () => {
  await ownPlatformFolders()
  expect(await isKnownChecksum('server', SHA256)).toBe(false)
  await rememberChecksum('server', SHA256)
  expect([await isKnownChecksum('server', SHA256), await isKnownChecksum('other', SHA256)]).toEqual([
    true,
    false,
  ])
})

it('a checksum that another user recorded is unknown', needs(process.getuid?.() === 0, 'root'), async () => {
  await ownPlatformFolders()
  await rememberChecksum('server', SHA256)
  const folder = join(platformFolders().cache, 'checksums')
  const [record = ''] = await readdir(folder)
  await chown(join(folder, record), 65_534, 65_534)
  expect(await isKnownChecksum('server', SHA256)).toBe(false)
})
