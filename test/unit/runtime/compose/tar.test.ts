import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { expect, it } from 'vitest'
import { tar } from '../../../../src/runtime/compose/tar.ts'
import { run } from '../../../../src/runtime/exec.ts'
import { tempFolder } from '../../support/temp-folder.ts'

it.each([['short'], ['é'.repeat(600)], ['x'.repeat(512)], ['']])(
  'packs a text that tar unpacks unchanged (%#)',
  async (text) => {
    const folder = await tempFolder()
    const archive = join(folder, 'one.tar')
    await writeFile(archive, tar([{ name: 'k.conf', content: text, mode: 0o600, uid: 1000, gid: 0 }]))
    const { stdout } = await run('tar', ['--list', '--verbose', '--numeric-owner', '--file', archive])
    expect(stdout).toMatch(new RegExp(`^-rw------- 1000/0 +${Buffer.byteLength(text)} .* k\\.conf$`))
    expect((await run('tar', ['--extract', '--to-stdout', '--file', archive])).stdout).toBe(text)
  },
)

it('the archive packs several files, also binary ones', async () => {
  const folder = await tempFolder()
  const archive = join(folder, 'two.tar')
  const bytes = Uint8Array.from({ length: 700 }, (_, index) => index % 256)
  const owner = { mode: 0o664, uid: 1000, gid: 0 }
  await writeFile(
    archive,
    tar([
      { name: 'a', content: bytes, ...owner },
      { name: 'b', content: 'b', ...owner },
    ]),
  )
  expect((await run('tar', ['--extract', '--directory', folder, '--file', archive])).exitCode).toBe(0)
  expect([
    new Uint8Array(await readFile(join(folder, 'a'))),
    await readFile(join(folder, 'b'), 'utf8'),
  ]).toEqual([bytes, 'b'])
})

it('packs a folder with its owner and mode', async () => {
  const archive = join(await tempFolder(), 'three.tar')
  const owner = { uid: 1000, gid: 0, content: '' }
  await writeFile(
    archive,
    tar([
      { name: 'a/', mode: 0o755, ...owner },
      { name: 'a/b', mode: 0o600, ...owner },
    ]),
  )
  const { stdout } = await run('tar', ['--list', '--verbose', '--numeric-owner', '--file', archive])
  expect(stdout).toMatch(/^drwxr-xr-x 1000\/0 .* a\/\n-rw------- 1000\/0 .* a\/b$/)
})
