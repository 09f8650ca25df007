import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { assertCommand } from '../../../src/runtime/find-command.ts'
import { onlyPrograms } from '../support/fake-programs.ts'
import { refusal } from '../support/refusal.ts'
import { tempFolder } from '../support/temp-folder.ts'

describe('a command', () => {
  it('is there by its name on the PATH, or by its path', async () => {
    await onlyPrograms({ prog: 'exit 0' })
    await assertCommand('prog')
    await assertCommand(process.execPath)
  })

  it('may be on another PATH than ours', async () => {
    const { PATH = '' } = process.env
    await onlyPrograms({ prog: 'exit 0' })
    await expect(assertCommand('sh')).rejects.toMatchObject({ code: 'COMMAND_NOT_FOUND' })
    await assertCommand('sh', PATH)
  })

  it.each(['pytst', '', './no-such-file', '/no/such/file'])(
    'that is nowhere ends with 127: "%s"',
    async (name) => {
      await onlyPrograms({ prog: 'exit 0' })
      const error = await refusal(() => assertCommand(name))
      expect([error.code, error.exitCode]).toEqual(['COMMAND_NOT_FOUND', 127])
      expect(error.message).toContain(`"${name}"`)
    },
  )

  it('that is a whole command line says so', async () => {
    await onlyPrograms({ prog: 'exit 0' })
    expect((await refusal(() => assertCommand('prog -x'))).fix).toContain('exec -- prog -x')
  })

  it('without the permission ends with 126, by its path and by its name', async () => {
    const folder = await tempFolder()
    const file = join(folder, 'run.sh')
    await writeFile(file, '#!/bin/sh\n', { mode: 0o644 })
    await onlyPrograms({ prog: 'exit 0' })
    const error = await refusal(() => assertCommand(file))
    expect([error.code, error.exitCode]).toEqual(['COMMAND_NOT_EXECUTABLE', 126])
    expect(error.fix).toContain(`chmod +x ${file}`)
    process.env.PATH = folder // stubbed by onlyPrograms, so restored with it
    expect((await refusal(() => assertCommand('run.sh'))).code).toBe('COMMAND_NOT_EXECUTABLE')
  })

  it('that is a folder ends with 126', async () => {
    const folder = join(await tempFolder(), 'bin')
    await mkdir(folder)
    const error = await refusal(() => assertCommand(folder))
    expect([error.exitCode, error.why]).toEqual([126, `${folder} is a folder.`])
  })
})
