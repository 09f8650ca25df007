import { access, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { unpack } from '../../../../src/runtime/java/unpack.ts'
import { tempFolder } from '../../support/temp-folder.ts'
import { type ZipEntry, zipOf } from '../../support/zip.ts'

const KEYCLOAK: readonly ZipEntry[] = [
  { name: 'keycloak-1.2.3/' },
  { name: 'keycloak-1.2.3/version.txt', text: 'Keycloak - Version 1.2.3\n', mode: 0o644 },
  { name: 'keycloak-1.2.3/bin/kc.sh', text: '#!/bin/sh\n', mode: 0o755 },
  { name: 'keycloak-1.2.3/lib/plain.txt', text: 'no mode' },
]

/** The header of its last file is overwritten. */
const damaged = zipOf(KEYCLOAK)
damaged.write('XX', damaged.lastIndexOf('PK\x03\x04'))

async function unpacked(content: Buffer): Promise<{ folder: string; target: string; work: Promise<void> }> {
  const folder = await tempFolder()
  await writeFile(join(folder, 'kc.zip'), content)
  const target = join(folder, 'server')
  return { folder, target, work: unpack(join(folder, 'kc.zip'), target) }
}

const isThere = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  )

describe('a zip', () => {
  it('is unpacked without its top folder, and programs stay programs', async () => {
    const { folder, target, work } = await unpacked(zipOf(KEYCLOAK))
    await work
    expect(await readFile(join(target, 'version.txt'), 'utf8')).toBe('Keycloak - Version 1.2.3\n')
    expect((await stat(join(target, 'bin/kc.sh'))).mode & 0o777).toBe(0o755)
    expect((await stat(join(target, 'version.txt'))).mode & 0o111).toBe(0)
    expect((await stat(join(target, 'lib/plain.txt'))).mode & 0o700).toBe(0o600)
    expect((await readdir(folder)).sort()).toEqual(['kc.zip', 'server'])
  })

  it('replaces what an interrupted attempt has left', async () => {
    const folder = await tempFolder()
    await mkdir(join(folder, 'server.partial'))
    await writeFile(join(folder, 'server.partial', 'left-over'), '')
    await writeFile(join(folder, 'kc.zip'), zipOf(KEYCLOAK))
    await unpack(join(folder, 'kc.zip'), join(folder, 'server'))
    expect((await readdir(join(folder, 'server'))).sort()).toEqual(['bin', 'lib', 'version.txt'])
  })

  it.each([
    ['is none', Buffer.from('<html>404</html>')],
    ['is empty', Buffer.alloc(0)],
    ['breaks off', zipOf(KEYCLOAK).subarray(0, -30)],
    ['has a damaged file in it', damaged],
  ])('leaves no server behind when it %s', async (_case, content) => {
    const { target, work } = await unpacked(content)
    await expect(work).rejects.toThrow()
    expect(await isThere(target)).toBe(false)
  })

  it.each(['kc/../../escaped', '../escaped', '/escaped', 'kc\\..\\..\\escaped', 'C:/escaped'])(
    'cannot write outside of its folder: %s',
    async (name) => {
      const { folder, target, work } = await unpacked(zipOf([{ name, text: 'x' }]))
      await expect(work).rejects.toThrow(/relative path|absolute path|invalid characters/)
      expect(await isThere(target)).toBe(false)
      expect((await readdir(folder)).filter((file) => file.includes('escaped'))).toEqual([])
      expect(await isThere(join(folder, '..', 'escaped'))).toBe(false)
    },
  )
})
