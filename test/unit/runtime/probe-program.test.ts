import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { expect, it } from 'vitest'

import { probeProgram } from '../../../src/runtime/probe-program.ts'
import { tempFolder } from '../support/temp-folder.ts'

/** An installed package with a program, and a folder for the PATH. */
async function installed(name: string) {
  const root = await tempFolder()
  const bin = join(root, 'bin')
  const file = join(root, 'lib', 'node_modules', name, 'cli.js')
  await mkdir(bin)
  await mkdir(join(file, '..'), { recursive: true })
  await writeFile(join(file, '..', 'package.json'), JSON.stringify({ name }))
  await writeFile(file, '#!/usr/bin/env node\n', { mode: 0o755 })
  return { bin, file, program: join(bin, 'tool') }
}

it('finds the package that a link leads into', async () => {
  const { bin, file, program } = await installed('@other/tool')
  await symlink(file, program)
  expect(await probeProgram('tool', `/nowhere:${bin}`)).toEqual({ path: program, packageName: '@other/tool' })
})

it('finds the package that a script calls', async () => {
  const { bin, file, program } = await installed('tool')
  await writeFile(program, `#!/bin/sh\nexec node "${file}" "$@"\n`, { mode: 0o755 })
  expect(await probeProgram('tool', bin)).toEqual({ path: program, packageName: 'tool' })
})

it('the probe takes the first executable on the PATH outside of packages', async () => {
  const [one, other] = [await installed('tool'), await installed('tool')]
  await writeFile(one.program, 'not a program', { mode: 0o644 })
  await writeFile(other.program, '#!/bin/sh\n', { mode: 0o755 })
  expect(await probeProgram('tool', `${one.bin}:${other.bin}`)).toEqual({
    path: other.program,
    packageName: undefined,
  })
  expect(await probeProgram('tool', one.bin)).toBeUndefined()
})
