import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { expect, it } from 'vitest'
import { oneFileTar } from '../../../../src/runtime/compose/one-file-tar.ts'
import { run } from '../../../../src/runtime/exec.ts'
import { tempFolder } from '../../support/temp-folder.ts'

it.each([['short'], ['é'.repeat(600)], ['x'.repeat(512)], ['']])(
  'packs a text that tar unpacks unchanged (%#)',
  async (text) => {
    const folder = await tempFolder()
    const archive = join(folder, 'one.tar')
    await writeFile(archive, oneFileTar({ name: 'k.conf', text, mode: 0o600, uid: 1000, gid: 0 }))
    const { stdout } = await run('tar', ['--list', '--verbose', '--numeric-owner', '--file', archive])
    expect(stdout).toMatch(new RegExp(`^-rw------- 1000/0 +${Buffer.byteLength(text)} .* k\\.conf$`))
    expect((await run('tar', ['--extract', '--to-stdout', '--file', archive])).stdout).toBe(text)
  },
)
