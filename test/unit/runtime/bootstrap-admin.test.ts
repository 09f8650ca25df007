import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { bootstrapLines, clearBootstrap, writeBootstrap } from '../../../src/runtime/bootstrap-admin.ts'
import { tempFolder } from '../support/temp-folder.ts'

const ADMIN = { username: 'admin', password: 'generated' }

async function home(config: string) {
  const folder = await tempFolder()
  const file = join(folder, 'conf', 'keycloak.conf')
  await mkdir(dirname(file))
  await writeFile(file, config)
  return { folder, text: () => readFile(file, 'utf8') }
}

describe('the first administrator in keycloak.conf', () => {
  it.each([
    ['an empty file', ''],
    ['options of the user', '# mine\ndb=dev-mem\n'],
    ['a last line without an end', 'db=dev-mem'],
  ])('comes and goes, and leaves %s', async (_, config) => {
    const { folder, text } = await home(config)
    await writeBootstrap(folder, ADMIN)
    expect((await text()).split('\n')).toEqual(
      expect.arrayContaining(['bootstrap-admin-username=admin', 'bootstrap-admin-password=generated']),
    )
    await clearBootstrap(folder)
    expect((await text()).trim()).toBe(config.trim())
  })

  it('is there once, also after a start that was killed', async () => {
    const { folder, text } = await home('bootstrap-admin-password = of the user\ndb=dev-mem\n')
    await writeBootstrap(folder, { ...ADMIN, password: 'of before' })
    await writeBootstrap(folder, ADMIN)
    expect((await text()).match(/bootstrap-admin-password/g)).toHaveLength(1)
    expect(await text()).not.toContain('of ')
  })

  it('keeps characters that Keycloak would read in another way', () => {
    // Measured on 26.7.5: this file gives exactly this password.
    expect(bootstrapLines({ ...ADMIN, password: 'p\\w${x}$y#z !' })).toContain('=p\\\\w\\\\${x}$y#z !\n')
  })
})
