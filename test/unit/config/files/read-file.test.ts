import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { open, symlink, truncate, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { expect, it, onTestFinished } from 'vitest'

import { LARGEST_FILE, readRegularFile, readTextFile } from '../../../../src/config/files/read-file.ts'
import { needs } from '../../../helpers/suite/needs.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const isLinux = process.platform === 'linux'

async function pipe(): Promise<string> {
  const path = join(await tempFolder(), 'pipe')
  await promisify(execFile)('mkfifo', [path])
  return path
}

async function socket(): Promise<string> {
  const path = join(await tempFolder(), 'socket')
  const server = createServer().listen(path)
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return path
}

async function link(target: string): Promise<string> {
  const path = join(await tempFolder(), 'link')
  await symlink(target, path)
  return path
}

it('reads a text file, also through a link', async () => {
  const file = join(await tempFolder(), 'file')
  await writeFile(file, 'caf\u00e9')
  expect([await readTextFile(file), await readTextFile(await link(file))]).toEqual(['caf\u00e9', 'caf\u00e9'])
})

it('reads an empty file', async () => {
  const file = join(await tempFolder(), 'file')
  await writeFile(file, '')
  expect(await readTextFile(file)).toBe('')
})

it.each([
  ['a pipe without a writer', pipe, 'pipe'],
  ['a link to a pipe', async () => link(await pipe()), 'pipe'],
  ['a folder', tempFolder, 'folder'],
  ['a socket', socket, 'socket'],
  ['a device', async () => '/dev/zero', 'device'],
  ['a link to a terminal', async () => link('/dev/tty'), 'device'],
])('refuses %s at once', async (_, path, message) => {
  await expect(readTextFile(await path())).rejects.toMatchObject({
    code: 'EFTYPE',
    message: expect.stringContaining(message),
  })
})

it('refuses a pipe that has a writer who says nothing', async () => {
  const path = await pipe()
  const writer = await open(path, 'r+')
  onTestFinished(() => writer.close())
  await expect(readTextFile(path)).rejects.toMatchObject({ code: 'EFTYPE' })
})

it.each(['/proc/self/environ', '/proc/kmsg', '/sys/kernel/notes'])(
  'refuses a file of the kernel: %s',
  needs(isLinux, 'Linux'),
  async (path) => {
    const message = expect.stringMatching(/it is a file of the kernel|ENOENT|EACCES/)
    await expect(readTextFile(path)).rejects.toMatchObject({ message })
  },
)

it('refuses a file above the limit without reading it', async () => {
  const file = join(await tempFolder(), 'sparse')
  await writeFile(file, '')
  await truncate(file, 100 * LARGEST_FILE)
  await expect(readRegularFile(file)).rejects.toMatchObject({
    code: 'EFBIG',
    message: expect.stringContaining('64 MiB'),
  })
})

it('reads a file of exactly the limit', async () => {
  const file = join(await tempFolder(), 'file')
  await writeFile(file, 'abcd')
  expect((await readRegularFile(file, 4)).bytes).toHaveLength(4)
  await expect(readRegularFile(file, 3)).rejects.toMatchObject({ code: 'EFBIG' })
})

it('says that there is no file, as the system does', async () => {
  await expect(readTextFile('/no/such/file')).rejects.toMatchObject({ code: 'ENOENT' })
})
