import {
  chmod,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { platformFolders } from '../../../../src/config/folders.ts'
import {
  installShared,
  isUnchanged,
  shareDistribution,
  sharedDistribution,
} from '../../../../src/runtime/java/shared-distribution.ts'
import { tempFolder } from '../../support/temp-folder.ts'
import { zipOf } from '../../support/zip.ts'

const ZIP = zipOf([
  { name: 'keycloak/version.txt', text: 'Keycloak - Version 26.6.99\n' },
  { name: 'keycloak/bin/kc.sh', text: '#!/bin/sh\n', mode: 0o755 },
  { name: 'keycloak/lib/lib/main/a.jar', text: 'a', mode: 0o644 },
  { name: 'keycloak/lib/lib/boot/b.jar', text: 'b', mode: 0o644 },
  { name: 'keycloak/lib/quarkus/c.dat', text: 'c', mode: 0o644 },
])

const JAR = join('lib', 'lib', 'main', 'a.jar')

async function cache() {
  const cache = await tempFolder()
  const folder = sharedDistribution('26.6.99', cache)
  await writeFile(join(cache, 'kc.zip'), ZIP)
  await shareDistribution(join(cache, 'kc.zip'), folder)
  return { cache, zip: join(cache, 'kc.zip'), folder }
}

const inode = async (path: string) => (await stat(path)).ino

describe('the distribution that instances share', () => {
  it('an instance links the jars read-only and copies the other files', async () => {
    const { cache: parent, folder } = await cache()
    const home = join(parent, 'home')
    await installShared(folder, home)
    expect(await inode(join(home, JAR))).toBe(await inode(join(folder, JAR)))
    expect((await stat(join(home, JAR))).mode & 0o222).toBe(0)
    for (const file of ['version.txt', 'bin/kc.sh', 'lib/lib/boot/b.jar', 'lib/quarkus/c.dat']) {
      expect(await inode(join(home, file)), file).not.toBe(await inode(join(folder, file)))
      expect(await readFile(join(home, file)), file).toEqual(await readFile(join(folder, file)))
      expect((await stat(join(home, file))).mtimeMs, file).toBe((await stat(join(folder, file))).mtimeMs)
    }
    expect((await stat(join(home, 'bin/kc.sh'))).mode & 0o100).toBe(0o100)
    expect((await readdir(parent)).sort()).toEqual(['home', 'kc.zip', 'keycloak-26.6.99'])
    await rm(home, { recursive: true })
    expect(await isUnchanged(folder)).toBe(true)
  })

  it.each([
    ['is changed', (folder: string) => chmod(folder, 0o755).then(() => replace(join(folder, JAR), 'x'))],
    ['is cut off', (folder: string) => replace(join(folder, JAR), '')],
    ['lacks a file', (folder: string) => rm(join(folder, 'version.txt'))],
    ['has one more', (folder: string) => writeFile(join(folder, 'bin', 'more.sh'), '')],
    ['has a link', (folder: string) => symlink('/etc/hostname', join(folder, 'bin', 'link'))],
    [
      'is a link itself',
      (folder: string) => rename(folder, `${folder}-real`).then(() => symlink(`${folder}-real`, folder)),
    ],
    ['is empty', (folder: string) => rm(folder, { recursive: true }).then(() => mkdir(folder))],
    ['is a file', (folder: string) => rm(folder, { recursive: true }).then(() => writeFile(folder, ''))],
    ['is missing', (folder: string) => rm(folder, { recursive: true })],
  ])('is not used when it %s, and is unpacked again', async (_, damage) => {
    const { zip, folder } = await cache()
    await damage(folder)
    expect(await isUnchanged(folder)).toBe(false)
    await shareDistribution(zip, folder)
    expect(await isUnchanged(folder)).toBe(true)
    expect(await readFile(join(folder, JAR), 'utf8')).toBe('a')
  })

  it('a shared distribution needs the checksum record of this machine', async () => {
    const { folder } = await cache()
    await rm(join(platformFolders().cache, 'checksums'), { recursive: true })
    expect(await isUnchanged(folder)).toBe(false)
  })

  it('is unpacked by two processes at once', async () => {
    const { zip, folder } = await cache()
    await rm(folder, { recursive: true })
    await Promise.all([shareDistribution(zip, folder), shareDistribution(zip, folder)])
    expect(await isUnchanged(folder)).toBe(true)
  })

  it('leaves nothing of an interrupted attempt, and removes what a killed one has left', async () => {
    const { cache: parent, zip, folder } = await cache()
    for (const name of ['.fetch-old', '.fetch-new']) await mkdir(join(parent, name))
    await utimes(join(parent, '.fetch-old'), 0, 0)
    await expect(shareDistribution(zip, folder, AbortSignal.abort())).rejects.toMatchObject({
      code: 'INTERRUPTED',
    })
    await expect(installShared(folder, join(parent, 'home'), AbortSignal.abort())).rejects.toThrow()
    expect((await readdir(parent)).sort()).toEqual(['.fetch-new', 'kc.zip', 'keycloak-26.6.99'])
    expect(await isUnchanged(folder)).toBe(true)
  })
})

/** In a new file, because the old one may not be writable. */
async function replace(path: string, text: string): Promise<void> {
  await rm(path)
  await writeFile(path, text)
}
